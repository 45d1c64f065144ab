using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>A decoder in ONNX Runtime: all optimizations, threads set, every tensor bound once, the cache shared between past and present.</summary>
internal sealed class OrtDecoder : IDecoderRunner, IDisposable
{
    private readonly DecoderSize _size;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _cache = [];
    private readonly List<string> _cacheNames = [];
    private readonly int[] _last = new int[1];
    private readonly int[] _total = new int[1];
    private readonly float[] _logits;
    private readonly OrtValue _lastValue;
    private readonly OrtValue _totalValue;
    private readonly OrtValue _logitsValue;
    private readonly Dictionary<int, Binding> _bindings = [];
    private int _seen;

    /// <summary>Loads a model that <see cref="OnnxDecoder.Write"/> wrote.</summary>
    public OrtDecoder(string folder, DecoderSize size, int threads, int tokens)
    {
        _size = size;
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(Path.Combine(folder, OnnxDecoder.ModelName), options);
        _logits = GC.AllocateArray<float>(size.Vocabulary, pinned: true);
        _lastValue = OrtValue.CreateTensorValueFromMemory(_last, [1]);
        _totalValue = OrtValue.CreateTensorValueFromMemory(_total, []);
        _logitsValue = OrtValue.CreateTensorValueFromMemory(_logits, [1, 1, size.Vocabulary]);
        for (int i = 0; i < 2 * size.Layers; i++)
        {
            var rows = new float[size.KvDim * DecoderSource.Context(tokens)];
            _cache.Add(OrtValue.CreateTensorValueFromMemory(rows, [1, size.KvHeads, DecoderSource.Context(tokens), size.HeadDim]));
            _cacheNames.Add($"{(i % 2 == 0 ? "key" : "value")}{i / 2}");
        }
    }

    /// <inheritdoc/>
    public string Name => "ONNX Runtime " + OrtEnv.Instance().GetVersionString();

    /// <inheritdoc/>
    public bool IsExact => false;

    /// <summary>Logits of the last step.</summary>
    public ReadOnlySpan<float> Logits => _logits;

    /// <summary>Forgets all tokens.</summary>
    public void Reset() => _seen = 0;

    /// <summary>One pass over some tokens; gives the greedy successor of the last one.</summary>
    public int Step(ReadOnlySpan<int> tokens)
    {
        if (!_bindings.TryGetValue(tokens.Length, out Binding? binding))
        {
            binding = Bind(tokens.Length);
            _bindings.Add(tokens.Length, binding);
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            binding.Ids[i] = tokens[i];
        }

        _seen += tokens.Length;
        _last[0] = _seen - 1;
        _total[0] = _seen;
        _session.RunWithBinding(_options, binding.Values);
        return TensorPrimitives.IndexOfMax(_logits);
    }

    /// <inheritdoc/>
    public RunTiming Run(Workload workload)
    {
        ImmutableArray<int> prompt = workload.Prompt(_size);
        var tokens = ImmutableArray.CreateBuilder<int>(1 + workload.NewTokens);
        Reset();
        long start = Stopwatch.GetTimestamp();
        tokens.Add(Step(prompt.AsSpan()));
        long first = Stopwatch.GetTimestamp();
        for (int i = 0; i < workload.NewTokens; i++)
        {
            tokens.Add(Step([tokens[i]]));
        }

        return new RunTiming(tokens.MoveToImmutable(), Stopwatch.GetElapsedTime(start, first).TotalSeconds, Stopwatch.GetElapsedTime(first).TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Binding binding in _bindings.Values)
        {
            binding.Dispose();
        }

        foreach (OrtValue value in (OrtValue[])[.. _cache, _lastValue, _totalValue, _logitsValue])
        {
            value.Dispose();
        }

        _options.Dispose();
        _session.Dispose();
    }

    private Binding Bind(int tokens)
    {
        var binding = new Binding(_session, tokens);
        binding.Values.BindInput("last", _lastValue);
        binding.Values.BindInput("total", _totalValue);
        binding.Values.BindOutput("logits", _logitsValue);
        for (int i = 0; i < _cache.Count; i++)
        {
            binding.Values.BindInput("past_" + _cacheNames[i], _cache[i]);
            binding.Values.BindOutput("present_" + _cacheNames[i], _cache[i]);
        }

        return binding;
    }

    /// <summary>What a step of so many tokens is bound to.</summary>
    private sealed class Binding : IDisposable
    {
        private readonly OrtValue _idsValue;

        public Binding(InferenceSession session, int tokens)
        {
            Ids = GC.AllocateArray<long>(tokens, pinned: true);
            _idsValue = OrtValue.CreateTensorValueFromMemory(Ids, [1, tokens]);
            Values = session.CreateIoBinding();
            Values.BindInput("ids", _idsValue);
        }

        public long[] Ids { get; }

        public OrtIoBinding Values { get; }

        public void Dispose()
        {
            Values.Dispose();
            _idsValue.Dispose();
        }
    }
}

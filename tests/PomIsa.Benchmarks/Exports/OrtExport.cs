using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace PomIsa.Benchmarks.Exports;

/// <summary>An exported decoder in ONNX Runtime at its best: all optimizations, threads set, tensors bound.</summary>
/// <remarks>
/// With GroupQueryAttention one buffer of the whole context holds past and present, as ONNX Runtime GenAI runs such a file; other styles
/// have caches that grow, and what a step gives is bound to the next one.
/// </remarks>
internal sealed class OrtExport : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _binding;
    private readonly int _context;
    private readonly bool _shared;
    private readonly long[] _ids;
    private readonly long[] _ones;
    private readonly long[] _positions;
    private readonly string[] _pastNames;
    private readonly string[] _presentNames;
    private OrtValue[] _past;
    private float[] _logits = [];
    private int _rows;
    private int _seen;

    /// <summary>Loads <paramref name="path"/> for texts of at most <paramref name="context"/> tokens.</summary>
    public OrtExport(string path, int threads, int context)
    {
        _context = context;
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(path, options);
        _binding = _session.CreateIoBinding();
        _shared = !_session.InputMetadata.ContainsKey("position_ids");
        Vocabulary = _session.OutputMetadata["logits"].Dimensions[^1];
        LastOnly = _session.OutputMetadata["logits"].Dimensions[1] == 1;
        _ids = GC.AllocateArray<long>(context, pinned: true);
        _ones = GC.AllocateArray<long>(context, pinned: true);
        _positions = GC.AllocateArray<long>(context, pinned: true);
        _ones.AsSpan().Fill(1);
        for (int i = 0; i < context; i++)
        {
            _positions[i] = i;
        }

        _pastNames = [.. _session.InputMetadata.Keys.Where(static n => n.StartsWith("past", StringComparison.Ordinal))];
        _presentNames = [.. _pastNames.Select(static n => n.Replace("past_key_values", "present", StringComparison.Ordinal))];
        _past = [];
        Reset();
    }

    public static string Name => "ONNX Runtime " + OrtEnv.Instance().GetVersionString();

    public int Vocabulary { get; }

    /// <summary>Whether it gives the logits of a step's last token only.</summary>
    public bool LastOnly { get; }

    /// <summary>Logits of the last step's last token.</summary>
    public ReadOnlySpan<float> Last => _logits.AsSpan((_rows - 1) * Vocabulary, Vocabulary);

    /// <summary>Logits of all tokens of the last step that the file gives.</summary>
    public ReadOnlySpan<float> All => _logits.AsSpan(0, _rows * Vocabulary);

    /// <summary>Forgets all tokens.</summary>
    public void Reset()
    {
        _seen = 0;
        if (_shared && _past.Length > 0)
        {
            return; // what lies in the buffers is not looked at
        }

        Dispose(_past);
        _past = [.. _pastNames.Select(name =>
        {
            long[] shape = [.. _session.InputMetadata[name].Dimensions.Select(static (d, axis) => d >= 0 ? d : axis == 0 ? 1L : 0)];
            shape[2] = _shared ? _context : 0;
            return OrtValue.CreateTensorValueFromMemory(GC.AllocateArray<float>((int)TensorPrimitives.Product<long>(shape), pinned: true), shape);
        })];
    }

    /// <summary>One pass over some tokens; gives the greedy successor of the last one.</summary>
    public int Step(ReadOnlySpan<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            _ids[i] = tokens[i];
        }

        _rows = LastOnly ? 1 : tokens.Length;
        if (_logits.Length < _rows * Vocabulary)
        {
            _logits = GC.AllocateArray<float>(_rows * Vocabulary, pinned: true);
        }

        _seen += tokens.Length;
        using OrtValue ids = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _ids.AsMemory(0, tokens.Length), [1, tokens.Length]);
        using OrtValue mask = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _ones.AsMemory(0, _seen), [1, _seen]);
        using OrtValue logits = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _logits.AsMemory(0, _rows * Vocabulary), [1, _rows, Vocabulary]);
        _binding.ClearBoundInputs();
        _binding.ClearBoundOutputs();
        _binding.BindInput("input_ids", ids);
        if (_session.InputMetadata.ContainsKey("attention_mask"))
        {
            _binding.BindInput("attention_mask", mask);
        }

        if (_shared)
        {
            _binding.BindOutput("logits", logits);
            BindPast(share: true);
            _session.RunWithBinding(_options, _binding);
            return TensorPrimitives.IndexOfMax(Last);
        }

        using OrtValue positions = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _positions.AsMemory(_seen - tokens.Length, tokens.Length), [1, tokens.Length]);
        _binding.BindInput("position_ids", positions);
        _binding.BindOutput("logits", logits);
        BindPast(share: false);
        IDisposableReadOnlyCollection<OrtValue> results = _session.RunWithBoundResults(_options, _binding);
        Dispose(_past);
        _past = [.. results.Skip(1)];
        return TensorPrimitives.IndexOfMax(Last);
    }

    public void Dispose()
    {
        Dispose(_past);
        _binding.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private void BindPast(bool share)
    {
        for (int i = 0; i < _past.Length; i++)
        {
            _binding.BindInput(_pastNames[i], _past[i]);
            if (share)
            {
                _binding.BindOutput(_presentNames[i], _past[i]);
            }
            else
            {
                _binding.BindOutputToDevice(_presentNames[i], OrtMemoryInfo.DefaultInstance);
            }
        }
    }

    private static void Dispose(OrtValue[] values)
    {
        foreach (OrtValue value in values)
        {
            value.Dispose();
        }
    }
}

using Microsoft.ML.OnnxRuntime;

namespace PomIsa.OnnxModels.Tests;

/// <summary>A decoder in ONNX Runtime with its cache: feeds each input by its name and keeps what comes out for the next step.</summary>
internal sealed class OrtSteps : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Dictionary<string, (float[] Values, long[] Shape)> _past = new(StringComparer.Ordinal);
    private readonly int _vocabulary;
    private int _seen;

    public OrtSteps(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(model, options);
        _vocabulary = _session.OutputMetadata["logits"].Dimensions[^1];
        Reset();
    }

    public void Reset()
    {
        _seen = 0;
        foreach ((string name, NodeMetadata input) in _session.InputMetadata.Where(static i => i.Key.StartsWith("past", StringComparison.Ordinal)))
        {
            // Numbers are fixed; of the open dimensions the batch is 1 and the rows are none.
            long[] shape = [.. input.Dimensions.Zip(input.SymbolicDimensions, static (d, s) => d >= 0 ? d : s == "batch_size" ? 1L : 0)];
            _past[name] = ([], shape);
        }
    }

    /// <summary>Logits of each of these tokens, or of the last one where the model says no more.</summary>
    public float[][] Step(params ReadOnlySpan<long> tokens)
    {
        int count = tokens.Length;
        _seen += count;
        var inputs = new Dictionary<string, OrtValue>(StringComparer.Ordinal) { ["input_ids"] = Whole(tokens.ToArray()) };
        if (_session.InputMetadata.ContainsKey("attention_mask"))
        {
            inputs["attention_mask"] = Whole([.. Enumerable.Repeat(1L, _seen)]);
        }

        if (_session.InputMetadata.ContainsKey("position_ids"))
        {
            inputs["position_ids"] = Whole([.. Enumerable.Range(_seen - count, count).Select(static p => (long)p)]);
        }

        foreach ((string name, (float[] values, long[] shape)) in _past)
        {
            inputs[name] = OrtValue.CreateTensorValueFromMemory(values, shape);
        }

        string[] names = [.. _session.OutputMetadata.Keys];
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, inputs, names);
        foreach (OrtValue input in inputs.Values)
        {
            input.Dispose();
        }

        float[][] logits = [];
        foreach ((string name, OrtValue value) in names.Zip(results))
        {
            float[] values = value.GetTensorDataAsSpan<float>().ToArray();
            if (name == "logits")
            {
                logits = [.. values.Chunk(_vocabulary)];
            }
            else
            {
                _past[name.Replace("present.", "past_key_values.", StringComparison.Ordinal).Replace("present_", "past_", StringComparison.Ordinal)] =
                    (values, value.GetTensorTypeAndShape().Shape);
            }
        }

        return logits;
    }

    public void Dispose() => _session.Dispose();

    private static OrtValue Whole(long[] values) => OrtValue.CreateTensorValueFromMemory(values, [1, values.Length]);
}

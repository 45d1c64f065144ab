using System.Collections.Immutable;
using System.Globalization;
using System.Numerics.Tensors;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;
using PomIsa.Machine;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>Whether ONNX Runtime computes the same network: it is given the machine's tokens, and logits are compared step by step.</summary>
/// <remarks>
/// In f32 both differ by rounding alone: logits within 1e-3 of the greatest magnitude, and the same greedy tokens. With
/// quantized weights they quantize differently, here columns and there blocks of 32, so the cosine of logits is compared:
/// 0.99 at least in 8 bits, 0.9 in 4, where the embedding too is another.
/// </remarks>
internal static class OrtAgreement
{
    private const int Steps = 8;
    private const double FloatTolerance = 1e-3;

    /// <summary>What is found, in a few words.</summary>
    /// <exception cref="ResultsDifferException">They are not the same network.</exception>
    public static string Require(OrtDecoder ort, BoundProgram program, DecoderSize size, WeightKind kind, int tokens)
    {
        double worst = 0, cosine = 1;
        int same = 0, all = 0;
        foreach (Workload workload in (Workload[])[Workload.Decode(tokens), Workload.Prefill(128)])
        {
            (ImmutableArray<int> ours, List<float[]> logits) = MachineLogits.Of(size, program, workload, Steps);
            ort.Reset();
            for (int step = 0; step < logits.Count; step++)
            {
                int token = ort.Step(step == 0 ? workload.Prompt(size).AsSpan() : [ours[step - 1]]);
                worst = Math.Max(worst, Distance(ort.Logits, logits[step]));
                cosine = Math.Min(cosine, TensorPrimitives.CosineSimilarity(ort.Logits, logits[step]));
                same += token == ours[step] ? 1 : 0;
                all++;
            }
        }

        bool agree = kind == WeightKind.F32 ? worst <= FloatTolerance && same == all : cosine >= LeastCosine(kind);
        string found = string.Create(
            CultureInfo.InvariantCulture,
            $"{(kind == WeightKind.F32 ? $"logits within {worst:0.0e-0}" : $"cosine {cosine:F4}")}, {same} of {all} tokens equal");
        return agree ? found : throw new ResultsDifferException($"{size.Name} {kind.Name}: the machine and {ort.Name} don't agree, so there is nothing to compare: {found}.");
    }

    private static double LeastCosine(WeightKind kind) => kind.Name == "w8" ? 0.99 : 0.9;

    /// <summary>Greatest difference over greatest magnitude.</summary>
    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var difference = new float[a.Length];
        TensorPrimitives.Subtract(a, b, difference);
        double distance = Math.Abs(TensorPrimitives.MaxMagnitude(difference)) / Math.Abs(TensorPrimitives.MaxMagnitude(b));
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }
}

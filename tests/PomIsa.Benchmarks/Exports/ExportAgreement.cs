using System.Collections.Immutable;
using System.Globalization;
using System.Numerics.Tensors;
using PomIsa.Bench.Runs;
using PomIsa.Machine;

namespace PomIsa.Benchmarks.Exports;

/// <summary>Whether the compiled program and ONNX Runtime say the same of one file: established before anything is timed.</summary>
/// <param name="Distance">Greatest difference of two logits over the greatest magnitude, over all steps.</param>
/// <param name="Same">Steps at which both choose the same token, ONNX Runtime having been given the machine's tokens so far.</param>
/// <param name="Steps">All steps.</param>
internal sealed record ExportAgreement(double Distance, int Same, int Steps)
{
    private const double Tolerance = 1e-3;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"logits within {Distance:0.0e-0}, {Same} of {Steps} tokens equal");

    /// <summary>Runs the program greedily and follows it with ONNX Runtime, step by step.</summary>
    public static ExportAgreement Of(ImmutableArray<int> prompt, BoundProgram program, RunRequest request, OrtExport ort)
    {
        (ImmutableArray<int> ours, List<float[]> logits) = ExportRun.Observe(program, request);
        double worst = 0;
        int same = 0;
        ort.Reset();
        for (int step = 0; step < ours.Length; step++)
        {
            int token = ort.Step(step == 0 ? prompt.AsSpan() : [ours[step - 1]]);
            worst = Math.Max(worst, Of(ort.Last, logits[step].AsSpan(0, ort.Vocabulary)));
            same += token == ours[step] ? 1 : 0;
        }

        return new ExportAgreement(worst, same, ours.Length);
    }

    /// <exception cref="ResultsDifferException">They are not the same network.</exception>
    public ExportAgreement Required(string name) => Steps > 0 && Same == Steps && Distance <= Tolerance
        ? this
        : throw new ResultsDifferException($"{name}: the machine and {OrtExport.Name} don't agree, so there is nothing to compare: {this}.");

    private static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var difference = new float[a.Length];
        TensorPrimitives.Subtract(a, b, difference);
        double distance = Math.Abs(TensorPrimitives.MaxMagnitude(difference)) / Math.Abs(TensorPrimitives.MaxMagnitude(b));
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }
}

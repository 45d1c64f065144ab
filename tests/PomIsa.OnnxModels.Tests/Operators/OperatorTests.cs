using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using PomIsa.Kernels;
using PomIsa.Onnx;
using PomIsa.Onnx.Reading;
using PomIsa.OnnxCases;
using Xunit.Abstractions;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Operators with many shapes, types and attributes give what ONNX Runtime gives, where that has them at all.</summary>
public sealed class OperatorTests(ITestOutputHelper output)
{
    public static TheoryData<string> Families => [.. Catalogue.Families.Keys];

    [Theory, MemberData(nameof(Families))]
    public void Give_what_another_runtime_gives(string family)
    {
        using var pool = new WorkerPool(1);
        var wrong = new List<string>();
        int compared = 0, unknown = 0;
        foreach (OperatorCase one in Catalogue.Families[family](new Make(7)))
        {
            HostTensor[]? want = Other(one);
            if (want is null)
            {
                unknown++;
                continue;
            }

            compared++;
            if (Difference(one, want, pool) is { } difference)
            {
                wrong.Add($"{one}: {difference}");
            }
        }

        output.WriteLine($"{family}: {compared} compared, {unknown} that the other runtime has not");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {compared} differ:\n{string.Join('\n', wrong)}");
        Assert.NotEqual(0, compared);
    }

    private static string? Difference(OperatorCase one, HostTensor[] want, WorkerPool pool)
    {
        var inputs = one.Inputs.Select(static (t, i) => (Name: OperatorCase.Input(i), Tensor: t)).Where(p => p.Tensor is not null && !one.Known.Contains(p.Name[0] - 'a'))
            .ToDictionary(static p => p.Name, static p => p.Tensor!);
        if (!ModelRun.TryCompile(one.Model(), inputs, null, out CompiledModel? compiled, out _, out string reason))
        {
            return "refused: " + reason;
        }

        if (!ModelRun.TryExecute(compiled, inputs, pool, out ImmutableArray<HostTensor> have, out string error))
        {
            return error;
        }

        for (int i = 0; i < one.Compared; i++)
        {
            double greatest = OnnxTypes.IsFloat(want[i].Type) ? want[i].ToFloat().Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max() : 0;
            double coarse = want[i].Type switch { OnnxType.Float16 => 2e-3, OnnxType.BFloat16 => 1.6e-2, _ => one.Tolerance };
            var limits = new Case("", "", 0, coarse, coarse * greatest, []);
            if (OnnxCases.Comparison.Difference(have[i], want[i], limits) is { } difference)
            {
                return $"output {i}: {difference}";
            }
        }

        return null;
    }

    private static HostTensor[]? Other(OperatorCase one)
    {
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 1 };
            using var session = new InferenceSession(one.Model(), options);
            Dictionary<string, OrtValue> inputs = session.InputMetadata.Keys.ToDictionary(static n => n, n => OrtTensor.To(one.Inputs[n[0] - 'a']!));
            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, inputs, [.. Enumerable.Range(0, one.Outputs).Select(OperatorCase.Output)]);
            foreach (OrtValue input in inputs.Values)
            {
                input.Dispose();
            }

            return [.. results.Select(OrtTensor.From)];
        }
        catch (OnnxRuntimeException)
        {
            return null; // not these types, or not this version
        }
    }
}

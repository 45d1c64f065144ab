using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Kernels;
using PomIsa.Onnx;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxCases;

/// <summary>Compiles, verifies and runs a case's model on each of its sets of data.</summary>
internal sealed class CaseRunner : IDisposable
{
    private readonly WorkerPool _pool = new(1);

    public CaseOutcome Run(Case one)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(one.Folder, "model.onnx"));
            if (one.Sets.IsEmpty)
            {
                return Alone(one, bytes);
            }

            CaseOutcome outcome = new(one, Verdict.Error, "there are no data", []);
            foreach (string set in one.Sets)
            {
                outcome = Set(one, set, bytes);
                if (outcome.Verdict != Verdict.Pass)
                {
                    return outcome;
                }
            }

            return outcome;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new CaseOutcome(one, Verdict.Error, $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}", []);
        }
    }

    public void Dispose() => _pool.Dispose();

    /// <summary>A model without data: it compiles, or what stands in the way is told.</summary>
    private static CaseOutcome Alone(Case one, byte[] bytes) =>
        OnnxCompiler.TryCompile(bytes, new CompileOptions { Folder = one.Folder }, out _, out OnnxProblem? problem)
            ? new CaseOutcome(one, Verdict.Pass, "", [])
            : new CaseOutcome(one, Verdict.Refused, problem.ToString(), []);

    private CaseOutcome Set(Case one, string set, byte[] bytes)
    {
        Dictionary<string, HostTensor> inputs = Inputs(set, bytes);
        if (!ModelRun.TryCompile(bytes, inputs, one.Folder, out CompiledModel? compiled, out IReadOnlyCollection<string> bound, out string reason))
        {
            return new CaseOutcome(one, Verdict.Refused, reason, bound);
        }

        if (!ModelRun.TryExecute(compiled, inputs, _pool, out ImmutableArray<HostTensor> outputs, out string error))
        {
            return new CaseOutcome(one, Verdict.Error, error, bound);
        }

        Dictionary<string, HostTensor> wanted = Tensors(set, "output", [.. compiled.Outputs.Select(static o => o.Name)]);
        for (int i = 0; i < outputs.Length; i++)
        {
            string name = compiled.Outputs[i].Name;
            if (wanted.TryGetValue(name, out HostTensor? want) && Comparison.Difference(outputs[i], want, one) is { } difference)
            {
                return new CaseOutcome(one, Verdict.Mismatch, $"output {i} '{name}': {difference}", bound);
            }
        }

        return new CaseOutcome(one, Verdict.Pass, "", bound);
    }

    /// <summary>Inputs of a set by name.</summary>
    internal static Dictionary<string, HostTensor> Inputs(string set, byte[] bytes)
    {
        ImmutableArray<string> names = ModelFile.InputNames(bytes);
        Dictionary<string, HostTensor> inputs = Tensors(set, "input", names);
        foreach (string name in names.Where(n => !inputs.ContainsKey(n)))
        {
            // Cases without a file for an input take 0, 1, 2 … divided by their number.
            ImmutableArray<int> shape = ModelFile.InputShape(bytes, name);
            int length = shape.IsDefault ? 0 : shape.Aggregate(1, static (a, b) => a * b);
            inputs[name] = HostTensor.OfFloat(shape, [.. Enumerable.Range(0, length).Select(i => (float)i / length)]);
        }

        return inputs;
    }

    /// <summary>Tensors of a set by the names of what they belong to.</summary>
    private static Dictionary<string, HostTensor> Tensors(string set, string kind, ImmutableArray<string> names)
    {
        var tensors = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            string path = Path.Combine(set, string.Create(CultureInfo.InvariantCulture, $"{kind}_{i}.pb"));
            if (File.Exists(path))
            {
                tensors[names[i]] = ModelFile.Tensor(File.ReadAllBytes(path));
            }
        }

        return tensors;
    }
}

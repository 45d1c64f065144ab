using PomIsa.Onnx;
using PomIsa.Onnx.Explaining;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxCases;

/// <summary>What fusions made of each model, in a line; and in files, where a folder is given.</summary>
internal static class ExplainedModels
{
    private const int MostBindings = 16;

    /// <summary>One line.</summary>
    public static string Run(Case one, string? folder)
    {
        if (Explain(one, out OnnxProblem? problem) is not { } explanation)
        {
            return $"{one.Name}: {problem}";
        }

        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, one.Name + ".txt"), explanation.ToText());
            File.WriteAllText(Path.Combine(folder, one.Name + ".dot"), explanation.ToDot());
            File.WriteAllText(Path.Combine(folder, one.Name + ".svg"), explanation.ToSvg());
        }

        string fused = string.Join(", ", explanation.After.Nodes.Where(static n => n.Fused).GroupBy(static n => n.Operator).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => $"{g.Count()} {g.Key}"));
        return $"{one.Name}: {explanation.Before.Nodes.Length} nodes → {explanation.After.Nodes.Length}; {(fused.Length == 0 ? "nothing fused" : fused)}; {explanation.Missed.Sum(static m => m.Nodes.Length)} near misses";
    }

    private static Explanation? Explain(Case one, out OnnxProblem? problem)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(one.Folder, "model.onnx"));
        Dictionary<string, HostTensor> inputs = one.Sets.IsEmpty ? [] : CaseRunner.Inputs(one.Sets[0], bytes);
        var bound = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        Explanation? explanation = null;
        problem = null;
        for (int round = 0; round < MostBindings; round++)
        {
            var options = new CompileOptions
            {
                Shapes = inputs.ToDictionary(static i => i.Key, static i => i.Value.Shape, StringComparer.Ordinal),
                Bound = bound,
                Folder = one.Folder,
                Explain = e => explanation = e,
            };
            if (OnnxCompiler.TryCompile(bytes, options, out _, out problem))
            {
                break;
            }

            int before = bound.Count;
            foreach (string name in problem.Unknown.Where(inputs.ContainsKey))
            {
                bound[name] = inputs[name];
            }

            if (bound.Count == before)
            {
                break;
            }
        }

        return explanation;
    }
}

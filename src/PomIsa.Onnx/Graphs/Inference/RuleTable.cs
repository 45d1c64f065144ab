using System.Collections.Frozen;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>How each operator's outputs follow from its inputs, by domain and name, family by family as the lowerings.</summary>
internal static class RuleTable
{
    private static readonly FrozenDictionary<(string Domain, string Name), Rule> ByName = Build();

    /// <summary>All operators that have a rule.</summary>
    public static IEnumerable<(string Domain, string Name)> All => ByName.Keys;

    public static Rule? Find(string domain, string name) => ByName.GetValueOrDefault((domain, name));

    private static FrozenDictionary<(string, string), Rule> Build()
    {
        var table = new Dictionary<(string, string), Rule>();
        foreach ((string name, Rule rule) in (IEnumerable<(string, Rule)>)
            [
                .. ElementRules.All,
                .. IndexRules.All,
                .. MatrixRules.All,
                .. MoveRules.All,
                .. NormRules.All,
                .. ReduceRules.All,
                .. ShapeRules.All,
            ])
        {
            int at = name.LastIndexOf('.');
            table.Add(at < 0 ? ("", name) : (name[..at], name[(at + 1)..]), rule);
        }

        return table.ToFrozenDictionary();
    }
}

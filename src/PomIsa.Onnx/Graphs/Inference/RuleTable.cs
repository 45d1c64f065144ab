using System.Collections.Frozen;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Tells what follows for a node's outputs from what is known of its inputs. What it does not know it does not tell.</summary>
internal delegate void Rule(Facts node);

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
                .. AttentionRules.All,
                .. ElementRules.All,
                .. IndexRules.All,
                .. MatrixRules.All,
                .. MoveRules.All,
                .. NormRules.All,
                .. QuantizeRules.All,
                .. ReduceRules.All,
                .. ShapeRules.All,
                .. WindowRules.All,
            ])
        {
            int at = name.LastIndexOf('.');
            table.Add(at < 0 ? ("", name) : (name[..at], name[(at + 1)..]), rule);
        }

        return table.ToFrozenDictionary();
    }
}

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>Turns a node into instructions.</summary>
internal delegate void Lower(NodeContext node);

/// <summary>How each operator is lowered, by domain and name. A lowering asks for the operator set's version where the meaning changed.</summary>
internal static class OperatorTable
{
    private static readonly FrozenDictionary<(string Domain, string Name), Lower> ByName = Build();

    /// <summary>All operators that are lowered.</summary>
    public static IEnumerable<(string Domain, string Name)> All => ByName.Keys;

    /// <summary>Whether this very domain has the operator.</summary>
    public static bool Has(string domain, string name) => ByName.ContainsKey((domain, name));

    /// <summary>Finds an operator. Files in the wild use contributed operators without their domain, and the other way round.</summary>
    public static bool TryFind(string domain, string name, [NotNullWhen(true)] out Lower? lower) =>
        ByName.TryGetValue((domain, name), out lower)
        || (domain.Length == 0 && ByName.TryGetValue(("com.microsoft", name), out lower));

    private static FrozenDictionary<(string, string), Lower> Build()
    {
        var table = new Dictionary<(string, string), Lower>();
        foreach ((string name, Lower lower) in (IEnumerable<(string, Lower)>)
            [
                .. ActivationOperators.All,
                .. ArithmeticOperators.All,
                .. AttentionOperators.All,
                .. BitCastOperators.All,
                .. BatchNormOperators.All,
                .. CompareOperators.All,
                .. ConstantOperators.All,
                .. ContribAttention.All,
                .. ContribNorms.All,
                .. ControlOperators.All,
                .. ConvolutionOperators.All,
                .. EinsumOperators.All,
                .. FlexAttentionOperators.All,
                .. FusedOperators.All,
                .. IndexOperators.All,
                .. MatrixOperators.All,
                .. MoveOperators.All,
                .. NormOperators.All,
                .. PoolOperators.All,
                .. QuantizeOperators.All,
                .. RareOperators.All,
                .. RecurrentOperators.All,
                .. ReduceOperators.All,
            ])
        {
            int at = name.LastIndexOf('.');
            table.Add(at < 0 ? ("", name) : (name[..at], name[(at + 1)..]), lower);
        }

        return table.ToFrozenDictionary();
    }
}

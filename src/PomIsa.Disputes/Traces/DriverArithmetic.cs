using System.Collections.Frozen;

namespace PomIsa.Disputes.Traces;

/// <summary>The scalar opcodes of two operands: two's complement, wrapping; comparisons and logic give 0 or 1.</summary>
internal static class DriverArithmetic
{
    private static readonly FrozenDictionary<string, Func<long, long, long>> _all = new Dictionary<string, Func<long, long, long>>
    {
        ["add"] = static (a, b) => unchecked(a + b),
        ["sub"] = static (a, b) => unchecked(a - b),
        ["mul"] = static (a, b) => unchecked(a * b),
        ["min"] = Math.Min,
        ["max"] = Math.Max,
        ["eq"] = static (a, b) => a == b ? 1 : 0,
        ["ne"] = static (a, b) => a != b ? 1 : 0,
        ["lt"] = static (a, b) => a < b ? 1 : 0,
        ["le"] = static (a, b) => a <= b ? 1 : 0,
        ["gt"] = static (a, b) => a > b ? 1 : 0,
        ["ge"] = static (a, b) => a >= b ? 1 : 0,
        ["and"] = static (a, b) => a != 0 && b != 0 ? 1 : 0,
        ["or"] = static (a, b) => a != 0 || b != 0 ? 1 : 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What such an opcode gives.</summary>
    public static Func<long, long, long> Of(string mnemonic) => _all.TryGetValue(mnemonic, out Func<long, long, long>? function)
        ? function : throw new System.Diagnostics.UnreachableException($"{mnemonic} is no scalar opcode of two operands.");
}

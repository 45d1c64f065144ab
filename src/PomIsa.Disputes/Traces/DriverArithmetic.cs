namespace PomIsa.Disputes.Traces;

/// <summary>The scalar opcodes of two operands: two's complement, wrapping; comparisons and logic give 0 or 1.</summary>
internal static class DriverArithmetic
{
    public static long Apply(string mnemonic, long a, long b) => mnemonic switch
    {
        "add" => unchecked(a + b),
        "sub" => unchecked(a - b),
        "mul" => unchecked(a * b),
        "min" => Math.Min(a, b),
        "max" => Math.Max(a, b),
        "eq" => a == b ? 1 : 0,
        "ne" => a != b ? 1 : 0,
        "lt" => a < b ? 1 : 0,
        "le" => a <= b ? 1 : 0,
        "gt" => a > b ? 1 : 0,
        "ge" => a >= b ? 1 : 0,
        "and" => a != 0 && b != 0 ? 1 : 0,
        "or" => a != 0 || b != 0 ? 1 : 0,
        _ => throw new System.Diagnostics.UnreachableException($"{mnemonic} is no scalar opcode of two operands."),
    };
}

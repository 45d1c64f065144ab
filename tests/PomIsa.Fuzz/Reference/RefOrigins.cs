using PomIsa.Isa;

namespace PomIsa.Fuzz.Reference;

/// <summary>Where what a register holds comes from.</summary>
internal enum RefOrigin
{
    /// <summary>From anything else, or from a caller.</summary>
    Other,

    /// <summary>Bit for bit from a weight.</summary>
    Loaded,

    /// <summary>From a product whose record holds a commitment, or element by element from such.</summary>
    Near,
}

/// <summary>Which products record what they multiply: spec/runs.md, rule 7, as the instructions retire.</summary>
internal static class RefOrigins
{
    /// <summary>Whether the record holds what its instruction commits to; what it wrote has another origin from here on.</summary>
    public static bool Retire(RefFrame frame, Instruction instruction)
    {
        RefOrigin[] read = [.. Registers(instruction, Effect.Read).Select(r => frame.Origins[r])];
        bool isProduct = instruction.Row.Mnemonic is "linear.w8" or "linear.w4" or "matmul" or "matmul.i8" or "conv";
        bool isHeld = !isProduct || read[0] != RefOrigin.Near;
        bool isNear = instruction.Row.Family == Family.ElementWise
            ? read.Contains(RefOrigin.Near) && !read.Contains(RefOrigin.Other)
            : isProduct && isHeld;
        foreach (int register in Registers(instruction, Effect.Write))
        {
            frame.Origins[register] = isNear ? RefOrigin.Near : instruction.Row.Mnemonic == "load" ? RefOrigin.Loaded : RefOrigin.Other;
        }

        return isHeld;
    }

    private static IEnumerable<int> Registers(Instruction instruction, Effect effect) => instruction.Row.Operands.Index()
        .Where(o => o.Item.Kind == OperandKind.Register && o.Item.Effect == effect).Select(o => instruction.Operands[o.Index].Index);
}

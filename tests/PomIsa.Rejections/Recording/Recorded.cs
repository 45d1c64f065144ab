using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Recording;

/// <summary>Which records of a function hold a commitment: spec/runs.md, rule 7.</summary>
internal static class Recorded
{
    private const byte Ret = 0x02, Load = 0x2d, Output = 0x2e, Quantize = 0x5c, Append = 0x60;

    /// <summary>What the last writer of a register made of it.</summary>
    private enum Made
    {
        Other,
        Loaded,
        Near,
    }

    /// <summary>Of each instruction, in the order of the text.</summary>
    public static bool[] Of(Function function)
    {
        if (function.Driver)
        {
            return [.. function.Body.Select(static c => c.Opcode == Output)];
        }

        var made = new Made[function.Registers.Count];
        bool[] recorded = new bool[function.Body.Count];
        foreach ((int at, Code code) in function.Body.Index().Where(static i => i.Item.Opcode is not (Ret or Append)))
        {
            Made Read(int operand) => made[Register(code, operand)];
            recorded[at] = IsProduct(code.Opcode) && Read(1) != Made.Near;
            made[Register(code, 0)] = IsElementWise(code.Opcode) ? Together([.. Enumerable.Range(1, code.Pieces.Length - 1).Select(Read)])
                : recorded[at] ? Made.Near
                : code.Opcode == Load ? Made.Loaded : Made.Other;
            if (code.Opcode == Quantize)
            {
                made[Register(code, 1)] = Made.Other;
            }
        }

        return recorded;
    }

    public static bool IsProduct(byte opcode) => opcode is 0x50 or 0x51 or 0x58 or 0x5d or 0xb2;

    public static bool IsElementWise(byte opcode) => opcode is (>= 0x30 and <= 0x3f) or (>= 0x80 and <= 0x8e) or (>= 0x90 and <= 0x99);

    /// <summary>Of registers that are read together: near if one is and none is anything but near or loaded.</summary>
    private static Made Together(Made[] read) => read.Contains(Made.Near) && !read.Contains(Made.Other) ? Made.Near : Made.Other;

    private static int Register(Code code, int operand) => (int)Leb.ToU32(code.Pieces[operand].Bytes);
}

using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Products of what products gave, with element-wise rows between them: some record what they multiply, and some don't (spec/runs.md, rule 7).</summary>
internal static class ProductChain
{
    private static readonly string[] Products = ["linear.w8", "linear.w4", "matmul"], Alone = ["neg", "abs", "silu", "gelu", "sigmoid"], Together = ["vadd", "vmul", "vmax", "vsub"];

    /// <summary>Adds two to four products, as long as there are weights that fit.</summary>
    public static void Add(InstructionMaker maker)
    {
        Choices c = maker.Choices;
        int x = Values.Make(maker, new TensorType(DType.F32, [maker.Dimension(), Dim.Of(c.Pick(4, 16, 32, 64))]));
        for (int i = c.Between(2, 4); i > 0 && x >= 0; i--)
        {
            x = Product(maker, x);
            for (int between = c.Below(3); between > 0 && x >= 0; between--)
            {
                x = c.Chance(60) ? Written(maker, c.Pick(Alone), x) : Written(maker, c.Pick(Together), x, Other(maker, x));
            }
        }
    }

    private static int Product(InstructionMaker maker, int x)
    {
        OpcodeRow row = Row(maker.Choices.Pick(Products));
        var pattern = new Pattern();
        pattern.Match("..,K", maker.Body.TypeOf(x)!.Shape.AsSpan());
        int w = maker.Weight(row.Operands[2], pattern);
        return w >= 0 ? Written(maker, row.Mnemonic, x, w) : -1;
    }

    /// <summary>Another operand: the register itself, a weight that is loaded, or any value.</summary>
    private static int Other(InstructionMaker maker, int x)
    {
        Choices c = maker.Choices;
        TensorType type = maker.Body.TypeOf(x)!;
        return c.Below(3) switch
        {
            0 => x,
            1 => Written(maker, "load", maker.Draft.Weight(DType.F32, WeightLayout.Rows, Spreads.Draw(c), type.Shape[^1].Value)),
            _ => Values.Make(maker, type),
        };
    }

    /// <summary>The register that the instruction writes; -1 where its operands don't fit.</summary>
    private static int Written(InstructionMaker maker, string mnemonic, params ReadOnlySpan<int> operands)
    {
        ulong[] read = [.. operands.ToImmutableArray().Select(static o => (ulong)o)];
        return !operands.Contains(-1) && maker.TryAdd(Row(mnemonic), read) ? maker.Body.Code[^1].Operands[0].Index : -1;
    }

    private static OpcodeRow Row(string mnemonic) => InstructionTable.TryFind(mnemonic, out OpcodeRow? row) ? row : throw new ArgumentException(mnemonic, nameof(mnemonic));
}

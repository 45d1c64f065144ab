using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Builders of large rows whose dimensions depend on each other.</summary>
internal static class NetworkBuilders
{
    /// <summary>Queries, keys and values in registers, with or without a bias.</summary>
    public static bool Cross(InstructionMaker maker, OpcodeRow row)
    {
        Choices c = maker.Choices;
        int headDim = c.Pick(1, 2, 4, 8), groups = c.Between(1, 2), heads = groups * c.Between(1, 2);
        Dim[] leading = [.. Enumerable.Range(0, c.Pick(0, 0, 1, 2)).Select(_ => Dim.Of(c.Between(1, 2)))];
        Dim rows = maker.Dimension(), positions = c.Chance(10) ? Dim.Of(c.Pick(0, 257, 300)) : maker.Dimension();
        var operands = new List<ulong>();
        Dim[][] shapes = [[rows, Dim.Of(heads * headDim)], [positions, Dim.Of(groups * headDim)], [positions, Dim.Of(groups * headDim)], [Dim.Of(heads), rows, positions]];
        foreach (Dim[] shape in shapes.Take(row.Operands.Length - 1))
        {
            int register = Values.Make(maker, new TensorType(DType.F32, [.. leading, .. shape]));
            if (register < 0)
            {
                return false;
            }

            operands.Add((ulong)register);
        }

        operands.Add((ulong)headDim);
        operands.Add(Immediates.Draw(maker, row, row.Immediates[1], null));
        return maker.TryAdd(row, [.. operands]);
    }

    public static bool Convolution(InstructionMaker maker, OpcodeRow row)
    {
        Choices c = maker.Choices;
        int groups = c.Between(1, 2), depth = c.Between(1, 3), filters = groups * c.Between(1, 3);
        int x = Plane(maker, groups * depth);
        int w = maker.Draft.Weight(DType.F32, WeightLayout.Rows, Spreads.Draw(c), filters, depth, c.Between(1, 3), c.Between(1, 3));
        return x >= 0 && maker.TryAdd(row, [(ulong)x, (ulong)w, .. Window(c)]);
    }

    public static bool Pool(InstructionMaker maker, OpcodeRow row)
    {
        Choices c = maker.Choices;
        int x = Plane(maker, c.Between(1, 3));
        ulong[] rest = row.Immediates.Length > 10 ? [(ulong)c.Below(2)] : [];
        return x >= 0 && maker.TryAdd(row, [(ulong)x, (ulong)c.Between(1, 3), (ulong)c.Between(1, 3), .. Window(c), .. rest]);
    }

    /// <summary>Any bytes, not only those that a quantized row has.</summary>
    public static bool MatMulI8(InstructionMaker maker, OpcodeRow row)
    {
        Choices c = maker.Choices;
        int q = Values.Make(maker, new TensorType(DType.I8, [maker.Dimension(), Dim.Of(c.Pick(4, 8, 32, 64))]));
        if (q < 0)
        {
            return false;
        }

        var pattern = new Pattern();
        pattern.Match("..,K", maker.Body.TypeOf(q)!.Shape.AsSpan());
        int w = maker.Weight(row.Operands[2], pattern);
        return w >= 0 && maker.TryAdd(row, [(ulong)q, (ulong)w]);
    }

    private static int Plane(InstructionMaker maker, int channels)
    {
        Choices c = maker.Choices;
        Dim batch = c.Chance(40) && maker.Body.Bound.Count > 0 ? Dim.OfSymbol(c.Pick([.. maker.Body.Bound.Order()])) : Dim.Of(c.Between(1, 2));
        return Values.Make(maker, new TensorType(DType.F32, [batch, Dim.Of(channels), Dim.Of(c.Between(1, 7)), Dim.Of(c.Pick(1, 3, 5, 8, 17))]));
    }

    private static ulong[] Window(Choices c) =>
    [
        (ulong)c.Pick(1, 1, 2, 3), (ulong)c.Pick(1, 1, 2, 3), (ulong)c.Below(3), (ulong)c.Below(3), (ulong)c.Below(3), (ulong)c.Below(3), (ulong)c.Pick(1, 1, 2), (ulong)c.Pick(1, 1, 2),
    ];
}

using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Builders of rows that give a tensor another shape, or choose from it.</summary>
internal static class ViewBuilders
{
    private static readonly DType[] Computed = [.. Enum.GetValues<DType>().Where(DTypes.IsComputed)];

    /// <summary>The same factors in another order, some of them split or joined.</summary>
    public static bool Reshape(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0)
        {
            return false;
        }

        TensorType type = maker.Body.TypeOf(x)!;
        int product = 1;
        var factors = new List<Dim>();
        foreach (Dim dim in type.Shape)
        {
            product *= dim.IsSymbol ? 1 : dim.Value;
            if (dim.IsSymbol)
            {
                factors.Add(dim);
            }
        }

        for (int d = 2; product > 1 && d <= product && factors.Count < 5; d++)
        {
            while (product % d == 0 && factors.Count < 5 && maker.Choices.Chance(60))
            {
                factors.Add(Dim.Of(d));
                product /= d;
            }
        }

        factors.Add(Dim.Of(product));
        return maker.TryAdd(row, [(ulong)x], type with { Shape = [.. maker.Choices.Shuffle(factors)] });
    }

    /// <summary>A type that the operand broadcasts to.</summary>
    public static bool Expand(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0)
        {
            return false;
        }

        TensorType type = maker.Body.TypeOf(x)!;
        Dim[] shape = [.. Enumerable.Range(0, maker.Choices.Below(2)).Select(_ => maker.Dimension()),
            .. type.Shape.Select(d => d == Dim.Of(1) && maker.Choices.Chance(60) ? maker.Dimension() : d)];
        return shape.Length <= Limits.Rank && maker.TryAdd(row, [(ulong)x], type with { Shape = [.. shape] });
    }

    public static bool Iota(InstructionMaker maker, OpcodeRow row)
    {
        if (maker.Body.Bound.Count == 0)
        {
            return false;
        }

        var type = new TensorType(maker.Choices.Pick(DType.I32, DType.I64), [maker.Dimension()]);
        return maker.TryAdd(row, [(ulong)maker.Choices.Pick([.. maker.Body.Bound.Order()])], type);
    }

    public static bool Transpose(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        return x >= 0 && maker.TryAdd(row, [(ulong)x, Operand.OfAxes(maker.Choices.Shuffle(Enumerable.Range(0, maker.Body.TypeOf(x)!.Rank))).Bits]);
    }

    public static bool Slice(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0 || maker.Body.TypeOf(x)!.Rank == 0)
        {
            return false;
        }

        Choices c = maker.Choices;
        TensorType type = maker.Body.TypeOf(x)!;
        int axis = c.Below(type.Rank), d = type.Shape[axis].IsSymbol ? 1 : type.Shape[axis].Value;
        int step = c.Pick(1, 1, 2, -1, -2), start = d == 0 ? 0 : c.Below(d), most = d == 0 ? 0 : step > 0 ? ((d - 1 - start) / step) + 1 : (start / -step) + 1;
        long from = c.Chance(30) ? start - d : start;
        if (type.Shape[axis].IsSymbol)
        {
            from = maker.Draft.IsSteady || c.Chance(80) ? c.Pick(0, -1) : c.Between(-3, 3); // the first or last there is, or perhaps none
        }

        return maker.TryAdd(row, [(ulong)x, (ulong)axis, Operand.OfI64(from).Bits, Operand.OfI64(step).Bits, (ulong)c.Between(0, most)]);
    }

    public static bool Concat(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0 || maker.Body.TypeOf(x) is not { Rank: > 0 } type)
        {
            return false;
        }

        int axis = maker.Choices.Below(type.Rank);
        int other = maker.Choices.Chance(30) ? x : Values.Make(maker, type with { Shape = type.Shape.SetItem(axis, Dim.Of(maker.Draft.Dimension())) });
        return other >= 0 && maker.TryAdd(row, [(ulong)x, (ulong)other, (ulong)axis]);
    }

    public static bool Split(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[2], new Pattern());
        if (x < 0 || maker.Body.TypeOf(x) is not { Rank: > 0 } type)
        {
            return false;
        }

        int axis = maker.Choices.Below(type.Rank);
        return !type.Shape[axis].IsSymbol && maker.TryAdd(row, [(ulong)x, (ulong)axis, (ulong)maker.Choices.Between(0, type.Shape[axis].Value)]);
    }

    public static bool Pad(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0 || maker.Body.TypeOf(x) is not { Rank: > 0 } type)
        {
            return false;
        }

        int v = Values.Make(maker, new TensorType(type.Element, []));
        return v >= 0 && maker.TryAdd(
            row, [(ulong)x, (ulong)v, (ulong)maker.Choices.Below(type.Rank), (ulong)maker.Choices.Below(4), (ulong)maker.Choices.Below(4)]);
    }

    public static bool Cast(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        return x >= 0 && maker.TryAdd(row, [(ulong)x, Operand.OfType(maker.Choices.Pick(Computed)).Bits]);
    }

    public static bool Gather(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0 || maker.Body.TypeOf(x) is not { Rank: > 0 } type)
        {
            return false;
        }

        int axis = maker.Choices.Below(type.Rank), ids = Indices(maker, type.Shape[axis]);
        return ids >= 0 && maker.TryAdd(row, [(ulong)x, (ulong)ids, (ulong)axis]);
    }

    public static bool Scatter(InstructionMaker maker, OpcodeRow row)
    {
        bool isPlain = maker.Choices.Chance(30);
        var operand = row.Operands[1] with { Types = isPlain ? [] : [DType.F32, DType.I32, DType.I64] };
        int x = maker.Read(operand, new Pattern());
        if (x < 0 || maker.Body.TypeOf(x) is not { Rank: > 0 } type)
        {
            return false;
        }

        int axis = maker.Choices.Below(type.Rank), ids = Indices(maker, type.Shape[axis]);
        if (ids < 0)
        {
            return false;
        }

        ImmutableArray<Dim> shape = [.. type.Shape[..axis], .. maker.Body.TypeOf(ids)!.Shape, .. type.Shape[(axis + 1)..]];
        int u = shape.Length > Limits.Rank ? -1 : Values.Make(maker, type with { Shape = shape });
        return u >= 0 && maker.TryAdd(row, [(ulong)x, (ulong)ids, (ulong)u, (ulong)axis, (ulong)(isPlain ? 0 : maker.Choices.Below(5))]);
    }

    /// <summary>Ids that a dimension has, as a rule; of a symbol, those that one row has.</summary>
    private static int Indices(InstructionMaker maker, Dim dim)
    {
        Choices c = maker.Choices;
        int d = dim.IsSymbol ? 1 : dim.Value;
        DType element = c.Pick(DType.I32, DType.I64);
        int[] shape = [.. Enumerable.Range(0, c.Pick(0, 1, 1, 2)).Select(_ => c.Between(1, 5))];
        if (!InstructionTable.TryFind("load", out OpcodeRow? load))
        {
            return Values.Make(maker, new TensorType(element, [.. shape.Select(Dim.Of)]));
        }

        var bytes = new List<byte>();
        for (int i = shape.Aggregate(1, static (a, b) => a * b); i > 0; i--)
        {
            long id = d == 0 || (c.Chance(2) && !maker.Draft.IsSteady) ? c.Between(-d - 1, d) : c.Between(-d, d - 1);
            bytes.AddRange(BitConverter.GetBytes(id).AsSpan(0, DTypes.SizeOf(element)));
        }

        int weight = maker.Draft.Weight(element, [.. bytes], shape);
        return maker.TryAdd(load, [(ulong)weight]) ? maker.Body.Code[^1].Operands[0].Index : -1;
    }
}

using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Adds an instruction of a row, or says that it can't here.</summary>
internal delegate bool RowBuilder(InstructionMaker maker, OpcodeRow row);

/// <summary>Rows whose operands hang together in ways that patterns don't say.</summary>
internal static class SpecialRows
{
    private static readonly Dictionary<string, RowBuilder> Builders = new(StringComparer.Ordinal)
    {
        ["zeros"] = Zeros,
        ["tail"] = Tail,
        ["rope"] = Rope,
        ["attention"] = CachedAttention,
        ["attention.window"] = CachedAttention,
        ["attention.softcap"] = CachedAttention,
        ["append"] = Never, // a step's generator places them
        ["write"] = Never,
        ["read"] = ReadState,
        ["reshape"] = ViewBuilders.Reshape,
        ["transpose"] = ViewBuilders.Transpose,
        ["slice"] = ViewBuilders.Slice,
        ["concat"] = ViewBuilders.Concat,
        ["split"] = ViewBuilders.Split,
        ["gather"] = ViewBuilders.Gather,
        ["scatter"] = ViewBuilders.Scatter,
        ["expand"] = ViewBuilders.Expand,
        ["pad"] = ViewBuilders.Pad,
        ["cast"] = ViewBuilders.Cast,
        ["iota"] = ViewBuilders.Iota,
        ["attention.cross"] = NetworkBuilders.Cross,
        ["attention.bias"] = NetworkBuilders.Cross,
        ["conv"] = NetworkBuilders.Convolution,
        ["pool.max"] = NetworkBuilders.Pool,
        ["pool.mean"] = NetworkBuilders.Pool,
        ["matmul.i8"] = NetworkBuilders.MatMulI8,
    };

    public static RowBuilder? Find(OpcodeRow row) => Builders.GetValueOrDefault(row.Mnemonic);

    private static bool Never(InstructionMaker maker, OpcodeRow row) => false;

    /// <summary>A state that the step has not written yet.</summary>
    private static bool ReadState(InstructionMaker maker, OpcodeRow row)
    {
        if (maker.Draft.States.Count == 0)
        {
            return false;
        }

        int state = maker.Choices.Below(maker.Draft.States.Count), symbol = maker.Draft.States[state].Symbol;
        return !maker.Body.Code.Any(i => i.Row.Mnemonic == "write" && maker.Draft.States[i.Operands[0].Index].Symbol == symbol)
            && maker.TryAdd(row, [(ulong)state]);
    }

    private static bool Zeros(InstructionMaker maker, OpcodeRow row)
    {
        var type = new TensorType(
            maker.Choices.Pick(DType.F32, DType.F32, DType.F16, DType.BF16, DType.I8, DType.I32, DType.I64, DType.Bool),
            [.. new Pattern().Draw("*", maker.Dimension, maker.Choices)]);
        return maker.Draft.IsSmall(type) && maker.TryAdd(row, [], type);
    }

    private static bool Tail(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0)
        {
            return false;
        }

        // More rows than there are is a trap; it need not come often.
        Dim rows = maker.Body.TypeOf(x)!.Shape[0];
        int most = rows.IsSymbol ? maker.Draft.Symbols[rows.Symbol].Max : rows.Value;
        bool safe = rows.IsSymbol && !maker.Draft.IsSteady && maker.Choices.Chance(90);
        return most > 0 && maker.TryAdd(row, [(ulong)x, (ulong)(safe ? 1 : maker.Choices.Between(1, most))]);
    }

    /// <summary>Tables that are long enough as a rule, for a symbol that has a value.</summary>
    private static bool Rope(InstructionMaker maker, OpcodeRow row)
    {
        int x = maker.Read(row.Operands[1], new Pattern());
        if (x < 0 || maker.Body.Bound.Count == 0)
        {
            return false;
        }

        TensorType type = maker.Body.TypeOf(x)!;
        int symbol = maker.Choices.Pick([.. maker.Body.Bound.Order()]);
        if (type.Shape[1].IsSymbol || type.Shape[1].Value < 2 || type.Shape[1].Value % 2 != 0)
        {
            return false;
        }

        int pairs = type.Shape[1].Value / 2, half = maker.Choices.Pick([.. Enumerable.Range(1, pairs).Where(h => pairs % h == 0)]);
        int most = maker.Draft.Symbols[symbol].Max + (type.Shape[0].IsSymbol ? maker.Draft.Symbols[type.Shape[0].Symbol].Max : type.Shape[0].Value);
        int positions = maker.Choices.Chance(95) || maker.Draft.IsSteady ? most : Math.Max(1, most - 2);
        Spread spread = Spreads.Draw(maker.Choices);
        int cos = maker.Draft.Weight(DType.F32, WeightLayout.Rows, spread, positions, half);
        int sin = maker.Draft.Weight(DType.F32, WeightLayout.Rows, spread, positions, half);
        return maker.TryAdd(row, [(ulong)x, (ulong)cos, (ulong)sin, (ulong)symbol]);
    }

    /// <summary>Keys and values that the step has appended, queries of as many rows.</summary>
    private static bool CachedAttention(InstructionMaker maker, OpcodeRow row)
    {
        foreach (int symbol in maker.Choices.Shuffle(maker.Draft.StateSymbols))
        {
            int k = maker.Draft.States.FindIndex(s => s.Symbol == symbol);
            if (k + 1 >= maker.Draft.States.Count || maker.Draft.States[k + 1] is not { Element: DType.F32, Row.Length: 1 } v || v.Symbol != symbol
                || maker.Body.Code.FirstOrDefault(i => i.Row.Code == Opcode.Append && i.Operands[0].Index == k + 1) is not { Row: not null } append)
            {
                continue;
            }

            Dim rows = maker.Body.TypeOf(append.Operands[1].Index)!.Shape[0];
            int width = v.Row[0], head = maker.Choices.Pick([.. Enumerable.Range(1, width).Where(h => width % h == 0)]);
            int q = maker.Read(row.Operands[1], Rows(rows, width));
            if (q < 0 || maker.Body.TypeOf(q)!.Shape is not [var first, var wide] || first != rows || wide.IsSymbol || wide.Value % width != 0 || wide.Value == 0)
            {
                q = Values.Make(maker, new TensorType(DType.F32, [rows, Dim.Of(width * maker.Choices.Between(1, 3))]));
            }

            ulong scale = Immediates.Draw(maker, row, new ImmediateRow("scale", OperandKind.ImmF32), null);
            ulong[] rest = [.. row.Immediates.Skip(2).Select(i => Immediates.Draw(maker, row, i, null))];
            return q >= 0 && maker.TryAdd(row, [(ulong)q, (ulong)k, (ulong)(k + 1), (ulong)head, scale, .. rest]);
        }

        return false;

        static Pattern Rows(Dim rows, int width)
        {
            var pattern = new Pattern();
            pattern.Match("T", [rows]);
            return pattern;
        }
    }
}

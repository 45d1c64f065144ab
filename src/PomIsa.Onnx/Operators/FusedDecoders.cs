using PomIsa.Isa;
using PomIsa.Onnx.Decoders;
using PomIsa.Onnx.Lowering;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Onnx.Operators;

/// <summary>Operators of a decoder that works row by row: attention over states, rotary embeddings by position, the last row.</summary>
internal static class FusedDecoders
{
    public static (string, Lower)[] All { get; } =
    [
        ($"{FusedOperators.Domain}.Embed", Embed),
        ($"{FusedOperators.Domain}.CachedAttention", Attention),
        ($"{FusedOperators.Domain}.Rope", Rope),
        ($"{FusedOperators.Domain}.Positions", static n => n.Output(0, new Val(Reading.OnnxType.Int32, n.E.EmitAll("iota", [], [], new TensorType(DType.I32, [Rows(n)]), [], Past(n))[0]))),
        ($"{FusedOperators.Domain}.Tail", static n => n.Output(0, n.Input(0) with { Reg = n.E.Emit("tail", [n.Input(0).Reg], Operand.OfU32(1)) })),
    ];

    /// <summary>A known table [V, D] and ids: the columns of a matrix [D, V], which may be that of the logits too.</summary>
    private static void Embed(NodeContext n)
    {
        Reg table = n.Input(0).Reg;
        int words = table.Shape[0], width = table.Shape[1];
        StoredMatrix w = n.E.Matrix(width, words, PanelSources.OfColumns(table.Bytes!, table.Element, width, words), table.Name);
        n.Output(0, new Val(Reading.OnnxType.Float, n.E.EmitWith("embed", [n.E.To(n.Input(1).Reg, DType.I32)], [w.Weight])));
    }

    /// <summary>Queries, and the rows of this step for the states of keys and values, which are appended here unless that was done.</summary>
    private static void Attention(NodeContext n)
    {
        Reg q = n.E.F32(n.Input(0));
        int keys = (int)n.Int("keys", 0), values = (int)n.Int("values", 0);
        Append(n, "append_keys", keys, 1);
        Append(n, "append_values", values, 2);
        uint width = (uint)n.Int("width", 0), window = (uint)n.Int("window", 0);
        float scale = n.Float("scale", 1), cap = n.Float("cap", 0);
        Reg y = cap > 0 ? n.E.EmitAll("attention.softcap", [q], [], null, [Operand.OfU32(width), Operand.OfF32(scale), Operand.OfU32(window), Operand.OfF32(cap)], keys, values)[0]
            : window > 0 ? n.E.EmitAll("attention.window", [q], [], null, [Operand.OfU32(width), Operand.OfF32(scale), Operand.OfU32(window)], keys, values)[0]
            : n.E.EmitAll("attention", [q], [], null, [Operand.OfU32(width), Operand.OfF32(scale)], keys, values)[0];
        n.Output(0, new Val(Reading.OnnxType.Float, y));
    }

    private static void Append(NodeContext n, string whether, int state, int input)
    {
        if (n.Int(whether, 0) != 0)
        {
            n.E.EmitAll("append", [n.E.F32(n.Input(input))], [], null, [], state);
        }
    }

    private static void Rope(NodeContext n)
    {
        Reg cos = n.Input(1).Reg, sin = n.Input(2).Reg;
        int[] tables = [n.E.Weight(DType.F32, cos.Shape, WeightLayout.Rows, cos.Bytes!, "rope.cos"), n.E.Weight(DType.F32, sin.Shape, WeightLayout.Rows, sin.Bytes!, "rope.sin")];
        n.Output(0, new Val(Reading.OnnxType.Float, n.E.EmitAll("rope", [n.E.F32(n.Input(0))], tables, null, [], Past(n))[0]));
    }

    private static Dim Rows(NodeContext n) => Dim.OfSymbol(Symbol(n, Extents.RowsName));

    private static int Past(NodeContext n) => Symbol(n, Extents.PastName);

    private static int Symbol(NodeContext n, string name) => n.E.SymbolOf(name) ?? throw new OnnxException($"the program has no symbol {name}");
}

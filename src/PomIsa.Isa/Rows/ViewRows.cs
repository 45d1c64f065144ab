using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0xa0 to 0xaf: elements in another shape or order, chosen, or of another type.</summary>
internal static class ViewRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0xa0, "reshape", "y = the elements of x in row-major order; y's type is declared", InferView.Reshape, Write("y", ""), Read("x", ""))
            with { TakesDeclaredType = true },
        Row(0xa1, "transpose", "y[i0,i1,..] = x with axis perm[a] indexed by i_a", InferView.Transpose, Write("y", ""), Read("x", ""))
            with { Immediates = [Imm("perm", OperandKind.ImmAxes)] },
        Row(0xa2, "slice", "y[..,i,..] = x[..,start + i * step,..] for i < count", InferView.Slice, Write("y", ""), Read("x", "")) with
        {
            Immediates = [Axis, Imm("start", OperandKind.ImmI64), Imm("step", OperandKind.ImmI64), Imm("count", OperandKind.ImmU32)],
        },
        Row(0xa3, "concat", "y = x1, then x2 along the axis", InferView.Concat, Write("y", ""), Read("x1", ""), Read("x2", ""))
            with { Immediates = [Axis] },
        Row(0xa4, "split", "y1 = the first of x along the axis, y2 = the rest", InferView.Split, Write("y1", ""), Write("y2", ""), Read("x", ""))
            with { Immediates = [Axis, Imm("at", OperandKind.ImmU32)] },
        Row(0xa5, "gather", "y[a..,i..,b..] = x[a..,ids[i..],b..]; a negative id counts from the end", InferIndexed.Gather,
            Write("y", ""), Read("x", ""), Read("ids", "", ElementTypes.Indices)) with { Immediates = [Axis] },
        Row(0xa6, "scatter", "y = x; y[a..,ids[i..],b..] = u, or + u, * u, max, min by mode, in order", InferIndexed.Scatter,
            Write("y", ""), Read("x", ""), Read("ids", "", ElementTypes.Indices), Read("u", "")) with
        {
            Immediates = [Axis, Imm("mode", OperandKind.ImmU32)],
            Work = Elements,
        },
        Row(0xa7, "expand", "y[..] = x broadcast to y's declared type", InferView.Expand, Write("y", ""), Read("x", ""))
            with { TakesDeclaredType = true },
        Row(0xa8, "pad", "y = before times v, x, after times v along the axis", InferView.Pad, Write("y", ""), Read("x", ""), Read("v", ""))
            with { Immediates = [Axis, Imm("before", OperandKind.ImmU32), Imm("after", OperandKind.ImmU32)] },
        Row(0xa9, "where", "y[i] = x1[i] where c[i] is not 0, else x2[i]", InferIndexed.Where,
            Write("y", "*"), Read("c", "~", DType.Bool), Read("x1", "*"), Read("x2", "~")) with { Work = Elements },
        Row(0xaa, "cast", "y[i] = x[i] as an element of the type", InferView.Cast, Write("y", "*"), Read("x", "*")) with
        {
            Immediates = [Imm("type", OperandKind.ImmType)],
            Work = Elements,
        },
    ];

    private static WorkFormula Elements => static d => d["*"];

    private static ImmediateRow Axis => Imm("axis", OperandKind.ImmU32);

    private static OpcodeRow Row(byte code, string mnemonic, string synopsis, InferRule rule, params ImmutableArray<OperandRow> operands) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = operands,
        Immediates = NoImmediates,
        Pops = 0,
        Pushes = 0,
        Family = Family.Move,
        Allowed = FunctionKinds.Step,
        Synopsis = synopsis,
        Work = NoWork,
        Since = 1,
        InferResult = rule,
    };
}

using System.Collections.Immutable;

namespace PomIsa.Isa.Rows;

/// <summary>Short spellings, so that a row reads as one line per fact.</summary>
internal static class RowParts
{
    public static readonly ImmutableArray<OperandRow> NoOperands = [];

    public static readonly ImmutableArray<ImmediateRow> NoImmediates = [];

    public static readonly WorkFormula NoWork = static _ => 0;

    /// <summary>A register that is read.</summary>
    public static OperandRow Read(string name, string shape, params ImmutableArray<DType> types) =>
        new(name, Effect.Read, OperandKind.Register, shape, types);

    /// <summary>A register that is written. No type: that of the first register read.</summary>
    public static OperandRow Write(string name, string shape, params ImmutableArray<DType> types) =>
        new(name, Effect.Write, OperandKind.Register, shape, types);

    /// <summary>A weight in rows.</summary>
    public static OperandRow RowMajor(string name, string shape, params ImmutableArray<DType> types) =>
        new(name, Effect.Read, OperandKind.Weight, shape, types);

    /// <summary>A weight in panels of 16 columns.</summary>
    public static OperandRow Panels(string name, string shape, params ImmutableArray<DType> types) =>
        new(name, Effect.Read, OperandKind.Weight, shape, types) { Layout = WeightLayout.Panels16 };

    /// <summary>Any other thing that is named by index.</summary>
    public static OperandRow Item(string name, Effect effect, OperandKind kind) => new(name, effect, kind);

    /// <summary>An immediate.</summary>
    public static ImmediateRow Imm(string name, OperandKind kind) => new(name, kind);
}

using System.Globalization;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Recipes;

/// <summary>A type in a recipe, with what of it may change without a fault.</summary>
/// <remarks>
/// <c>f32|f16[2,3?,4!]~</c>: the type is f32[2,3,4]; f16 would do too; axis 1 may have any number; axis 2 is left alone, since a change
/// of it breaks more than one rule. Behind the bracket: <c>~</c> may lose its first axis, <c>r</c> changes of rank are left alone, <c>*</c> any
/// shape will do. <c>any</c> stands for every type of registers, f32 first.
/// </remarks>
internal sealed class TypeText
{
    public TypeText(string text)
    {
        int open = text.IndexOf('[', StringComparison.Ordinal), close = text.IndexOf(']', StringComparison.Ordinal);
        string[] elements = text[..open] == "any" ? [.. Element.Computed.Select(Element.Name)] : text[..open].Split('|');
        Legal = [.. elements.Select(Element.Of)];
        string[] dims = text[(open + 1)..close].Split(',', StringSplitOptions.RemoveEmptyEntries);
        Shape = [.. dims.Select(static d => Dim.Of(int.Parse(d.TrimEnd('?', '!'), CultureInfo.InvariantCulture)))];
        Fixed = [.. dims.Select(static d => char.IsAsciiDigit(d[^1]))];
        string flags = text[(close + 1)..];
        AnyShape = flags.Contains('*', StringComparison.Ordinal);
        MayLoseFirst = flags.Contains('~', StringComparison.Ordinal);
        RankStays = flags.Contains('r', StringComparison.Ordinal);
    }

    /// <summary>Element types that will do, the one of the base first.</summary>
    public byte[] Legal { get; }

    public Dim[] Shape { get; }

    /// <summary>For each axis, whether another number is a ShapeMismatch.</summary>
    public bool[] Fixed { get; }

    public bool AnyShape { get; }

    public bool MayLoseFirst { get; }

    public bool RankStays { get; }

    public Kind Kind => new(Legal[0], Shape);
}

/// <summary>An operand or immediate of a recipe.</summary>
internal abstract record Item;

/// <summary>A register.</summary>
internal sealed record Register(bool Written, TypeText Type) : Item
{
    /// <summary>The type it has in the module: the recipe's, or a wrong one.</summary>
    public Kind Kind { get; init; } = Type.Kind;
}

/// <summary>A weight.</summary>
internal sealed record WeightItem(TypeText Type, bool Panels) : Item
{
    public byte Element { get; init; } = Type.Legal[0];

    public int[] Shape { get; init; } = [.. Type.Shape.Select(static d => d.Value)];
}

/// <summary>A state, which counts its rows by symbol 0.</summary>
internal sealed record StateItem(byte Element, int[] Row) : Item;

/// <summary>The symbol that a parameter binds.</summary>
internal sealed record SymbolItem : Item;

/// <summary>Local 0 of two.</summary>
internal sealed record LocalItem : Item;

/// <summary>Input 0, a list of i32.</summary>
internal sealed record InputItem : Item;

/// <summary>An immediate, with values of it that are out of range here.</summary>
internal sealed record Immediate(Piece[] Pieces, (string Text, Piece[] Pieces)[] Bad) : Item;

/// <summary>Short spellings for recipes.</summary>
internal static class Spell
{
    public static Register W(string type) => new(true, new TypeText(type));

    public static Register R(string type) => new(false, new TypeText(type));

    public static WeightItem Rows(string type) => new(new TypeText(type), false);

    public static WeightItem Panels(string type) => new(new TypeText(type), true);

    public static Immediate U32(uint value, params uint[] bad) => new(
        [Layout.Number(value, "u32")], [.. bad.Select(static b => (b.ToString(CultureInfo.InvariantCulture), (Piece[])[Layout.Number(b, "u32")]))]);

    public static Immediate I64(long value, params long[] bad) => new(
        [Layout.Signed(value, "i64")], [.. bad.Select(static b => (b.ToString(CultureInfo.InvariantCulture), (Piece[])[Layout.Signed(b, "i64")]))]);

    /// <summary>An f32, whose bad values are bits.</summary>
    public static Immediate F32(float value, params uint[] bad) => new(
        [Layout.F32(BitConverter.SingleToUInt32Bits(value), "f32")], [.. bad.Select(static b => ($"bits {b:x8}", (Piece[])[Layout.F32(b, "f32")]))]);

    public static Immediate Axes(int[] axes, params int[][] bad) => new(
        AxesPieces(axes), [.. bad.Select(static b => ($"[{string.Join(",", b)}]", AxesPieces(b)))]);

    public static Immediate Type(byte element) => new([Layout.Byte(element, "type")], []);

    public static Piece[] AxesPieces(int[] axes) => [Layout.Count(axes.Length, 1, "axes"), .. axes.Select(static a => Layout.Byte(a, "axis"))];
}

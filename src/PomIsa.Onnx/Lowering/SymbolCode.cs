using PomIsa.Isa;

namespace PomIsa.Onnx.Lowering;

/// <summary>Symbols as numbers, so that lowerings handle open dimensions as they do others: compare them, hand them on, put them into shapes.</summary>
/// <remarks>
/// The numbers are far below zero and far apart. A lowering that counts with one gets something that is no code and no dimension, and is refused by name or by the
/// machine's type rules, which check every instruction against the symbols themselves.
/// </remarks>
internal static class SymbolCode
{
    private const int First = -1_000_000_007, Step = -1_009;

    /// <summary>A dimension as a number.</summary>
    public static int Of(Dim dim) => dim.IsSymbol ? First + (Step * dim.Symbol) : dim.Value;

    /// <summary>Whether a number stands for a symbol.</summary>
    public static bool IsSymbol(int code) => code <= First && code >= First + (Step * Limits.Symbols) && (code - First) % Step == 0;

    /// <summary>The dimension that a number stands for.</summary>
    /// <exception cref="OnnxException">Somebody counted with a symbol.</exception>
    public static Dim Dim(int code) => code >= 0 ? Isa.Dim.Of(code)
        : IsSymbol(code) ? Isa.Dim.OfSymbol((code - First) / Step)
        : throw new OnnxException("a dimension would have to be computed from an open size; fix the size");

    /// <summary>A type from dimensions as numbers.</summary>
    public static TensorType Type(DType element, ReadOnlySpan<int> shape)
    {
        var dims = new Dim[shape.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = Dim(shape[i]);
        }

        return new TensorType(element, [.. dims]);
    }

    /// <summary>Whether two shapes have the same number of elements whatever the symbols stand for.</summary>
    public static bool SameElements(ReadOnlySpan<int> a, ReadOnlySpan<int> b) => Product(a) == Product(b) && Symbols(a).SequenceEqual(Symbols(b));

    private static UInt128 Product(ReadOnlySpan<int> shape)
    {
        UInt128 product = 1;
        foreach (int dim in shape)
        {
            product = dim < 0 ? product : UInt128.Min(product * (UInt128)dim, UInt128.One << 90);
        }

        return product;
    }

    private static int[] Symbols(ReadOnlySpan<int> shape)
    {
        int[] symbols = [.. shape.ToArray().Where(static d => d < 0)];
        Array.Sort(symbols);
        return symbols;
    }
}

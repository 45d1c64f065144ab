using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>Static type of a tensor register: element type and shape, rank 0 to 8. Compared by value.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions, outermost (rows) first.</param>
public sealed record TensorType(DType Element, ImmutableArray<Dim> Shape)
{
    /// <summary>A type from its dimensions.</summary>
    public static TensorType Of(DType element, params ReadOnlySpan<Dim> shape) => new(element, [.. shape]);

    /// <summary>Number of dimensions.</summary>
    public int Rank => Shape.Length;

    /// <summary>Number of elements, with one value for each symbol of the module.</summary>
    public UInt128 Elements(ReadOnlySpan<long> symbols) => Product(Shape.AsSpan(), symbols);

    /// <summary>Product of dimensions; what would be above 2^90 stays there, which is beyond every limit.</summary>
    public static UInt128 Product(ReadOnlySpan<Dim> dims, ReadOnlySpan<long> symbols)
    {
        UInt128 product = 1;
        bool empty = false;
        foreach (Dim dim in dims)
        {
            long value = dim.At(symbols);
            empty |= value == 0;
            product = UInt128.Min(product * (UInt128)Math.Max(value, 1), UInt128.One << 90);
        }

        return empty ? 0 : product;
    }

    /// <summary>Bytes that it would have if its dimensions of 0 were 1: what limits are held against.</summary>
    public UInt128 BytesAtLeast(ReadOnlySpan<long> symbols)
    {
        UInt128 product = (UInt128)DTypes.SizeOf(Element);
        foreach (Dim dim in Shape)
        {
            product = UInt128.Min(product * (UInt128)Math.Max(dim.At(symbols), 1), UInt128.One << 90);
        }

        return product;
    }

    /// <summary>Bytes of the tensor, with one value for each symbol of the module.</summary>
    public UInt128 Bytes(ReadOnlySpan<long> symbols) => Elements(symbols) * (UInt128)DTypes.SizeOf(Element);

    /// <inheritdoc/>
    public bool Equals(TensorType? other) =>
        other is not null && Element == other.Element && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add((int)Element);
        foreach (Dim dim in Shape)
        {
            hash.Add(dim.IsSymbol ? ~dim.Symbol : dim.Value);
        }

        return hash.ToHashCode();
    }

    /// <summary>As types compare themselves; named, it need not be found out while a program starts.</summary>
    internal static IEqualityComparer<TensorType> ByValue { get; } = new Comparer();

    /// <summary>Such as <c>f32[$0,128]</c>; see <see cref="Describe"/> for symbols by name.</summary>
    public override string ToString() => Describe(null);

    /// <summary>Such as <c>f32[T,128]</c>, with the symbols' names where the module has them.</summary>
    public string Describe(Module? module) => DTypes.NameOf(Element) + "[" + string.Join(",", Shape.Select(
        d => d.IsSymbol && module is not null ? module.SymbolName(d.Symbol) : d.ToString())) + "]";

    private sealed class Comparer : IEqualityComparer<TensorType>
    {
        public bool Equals(TensorType? x, TensorType? y) => x is null ? y is null : x.Equals(y);

        public int GetHashCode(TensorType type) => type.GetHashCode();
    }
}

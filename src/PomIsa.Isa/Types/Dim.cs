using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PomIsa.Isa;

/// <summary>One dimension of a shape: a number, or a symbol whose value is known when a function runs.</summary>
public readonly record struct Dim
{
    // A constant as it is; symbol i as the complement of i, hence negative.
    private readonly int _raw;

    private Dim(int raw) => _raw = raw;

    /// <summary>A constant dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Dim Of(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return new Dim(value);
    }

    /// <summary>The dimension that symbol <paramref name="index"/> of the module stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Dim OfSymbol(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new Dim(~index);
    }

    /// <summary>Constant dimensions, the first ones before the others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    internal static ImmutableArray<Dim> Constants(ReadOnlySpan<int> first, ReadOnlySpan<int> others)
    {
        var dims = new Dim[first.Length + others.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = Of(i < first.Length ? first[i] : others[i - first.Length]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(dims);
    }

    /// <summary>Constant dimensions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    internal static ImmutableArray<Dim> Constants(ReadOnlySpan<int> values) => Constants([], values);

    /// <summary>A constant dimension.</summary>
    public static implicit operator Dim(int value) => Of(value);

    /// <inheritdoc cref="Of"/>
    public static Dim FromInt32(int value) => Of(value);

    /// <summary>True if a symbol gives the value.</summary>
    public bool IsSymbol => _raw < 0;

    /// <summary>The number, of a constant.</summary>
    /// <exception cref="InvalidOperationException">This is a symbol.</exception>
    public int Value => _raw >= 0 ? _raw : throw new InvalidOperationException("A symbol has no value of its own.");

    /// <summary>Index of the symbol in the module.</summary>
    /// <exception cref="InvalidOperationException">This is a constant.</exception>
    public int Symbol => _raw < 0 ? ~_raw : throw new InvalidOperationException("A constant has no symbol.");

    /// <summary>The value, where <paramref name="symbols"/> holds one value for each symbol of the module.</summary>
    public long At(ReadOnlySpan<long> symbols) => _raw >= 0 ? _raw : symbols[~_raw];

    /// <inheritdoc/>
    public override string ToString() => _raw >= 0
        ? _raw.ToString(CultureInfo.InvariantCulture)
        : "$" + (~_raw).ToString(CultureInfo.InvariantCulture);
}

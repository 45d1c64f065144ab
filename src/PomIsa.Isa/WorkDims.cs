namespace PomIsa.Isa;

/// <summary>Values of an instruction's shape letters, for its <see cref="WorkFormula"/>.</summary>
/// <remarks><c>*</c> is the number of elements of the any-shape pattern, <c>..</c> the product of the leading dimensions.</remarks>
public readonly ref struct WorkDims
{
    private readonly ShapeBindings _bindings;
    private readonly ReadOnlySpan<long> _symbols;

    internal WorkDims(ShapeBindings bindings, ReadOnlySpan<long> symbols)
    {
        _bindings = bindings;
        _symbols = symbols;
    }

    /// <summary>Value of a letter of the row's shape patterns.</summary>
    /// <exception cref="ArgumentException">The row has no such letter: a mistake in the table.</exception>
    public UInt128 this[string letter] => _bindings.ValueOf(letter, _symbols);
}

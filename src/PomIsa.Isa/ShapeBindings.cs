using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>What the letters of an instruction's shape patterns stand for. A handful of entries, searched in line.</summary>
public sealed class ShapeBindings
{
    private readonly List<(string Letter, Dim Dim)> _dims = new(4);
    private TensorType? _any;
    private ImmutableArray<Dim> _leading;

    /// <summary>Stands at the beginning of a pattern for any number of dimensions, none too.</summary>
    public const string Leading = "..";

    /// <summary>Sets a letter, or checks it against what it already stands for.</summary>
    /// <returns>False if the letter stands for another dimension.</returns>
    public bool Bind(string letter, Dim dim)
    {
        foreach ((string known, Dim value) in _dims)
        {
            if (known == letter)
            {
                return value == dim;
            }
        }

        _dims.Add((letter, dim));
        return true;
    }

    /// <summary>Matches a shape against a pattern such as <c>T,D</c> and binds its letters.</summary>
    public bool Match(string pattern, TensorType type)
    {
        if (pattern == "*")
        {
            _any ??= type;
            return _any.Shape.AsSpan().SequenceEqual(type.Shape.AsSpan());
        }

        if (pattern == "~")
        {
            return _any is not null && Broadcasts(type.Shape, _any.Shape);
        }

        int axis = 0;
        if (pattern.StartsWith(Leading, StringComparison.Ordinal))
        {
            // As many dimensions as the other letters leave over.
            axis = type.Rank - pattern.AsSpan().Count(',');
            if (axis < 0 || !BindLeading(type.Shape[..axis]))
            {
                return false;
            }

            pattern = pattern.Length > Leading.Length ? pattern[(Leading.Length + 1)..] : "";
        }

        foreach (Range part in pattern.AsSpan().Split(','))
        {
            if (pattern.Length > 0 && (axis == type.Rank || !MatchOne(pattern[part], type.Shape[axis++])))
            {
                return false;
            }
        }

        return axis == type.Rank;
    }

    /// <summary>The shape that a pattern of bound letters describes.</summary>
    /// <exception cref="ArgumentException">A letter is not bound: a mistake in the table.</exception>
    public ImmutableArray<Dim> Shape(string pattern)
    {
        if (pattern == "*")
        {
            return _any?.Shape ?? throw new ArgumentException("No operand bound '*'.", nameof(pattern));
        }

        var dims = ImmutableArray.CreateBuilder<Dim>();
        foreach (string part in pattern.Split(','))
        {
            if (part == Leading)
            {
                dims.AddRange(_leading.AsSpan());
            }
            else
            {
                dims.Add(char.IsAsciiDigit(part[0]) ? Number(part) : this[part]);
            }
        }

        return dims.DrainToImmutable();
    }

    /// <summary>The dimension that a letter stands for.</summary>
    /// <exception cref="ArgumentException">The letter is not bound.</exception>
    public Dim this[string letter]
    {
        get
        {
            foreach ((string known, Dim value) in _dims)
            {
                if (known == letter)
                {
                    return value;
                }
            }

            throw new ArgumentException($"No operand bound '{letter}'.", nameof(letter));
        }
    }

    internal UInt128 ValueOf(string letter, ReadOnlySpan<long> symbols) =>
        letter == "*" && _any is not null ? _any.Elements(symbols)
        : letter == Leading ? TensorType.Product(_leading.AsSpan(), symbols)
        : (UInt128)this[letter].At(symbols);

    /// <summary>Whether a shape, its axes aligned at the end, has 1 or the same dimension everywhere.</summary>
    private static bool Broadcasts(ImmutableArray<Dim> from, ImmutableArray<Dim> to)
    {
        int missing = to.Length - from.Length;
        for (int axis = 0; axis < from.Length; axis++)
        {
            if (missing < 0 || (from[axis] != to[missing + axis] && from[axis] != Dim.Of(1)))
            {
                return false;
            }
        }

        return missing >= 0;
    }

    private bool BindLeading(ImmutableArray<Dim> leading)
    {
        _leading = _leading.IsDefault ? leading : _leading;
        return _leading.AsSpan().SequenceEqual(leading.AsSpan());
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private bool MatchOne(string part, Dim dim) =>
        char.IsAsciiDigit(part[0]) ? !dim.IsSymbol && dim.Value == Number(part) : Bind(part, dim);
}

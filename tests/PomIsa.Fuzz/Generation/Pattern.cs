using System.Globalization;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>What the letters of one instruction's shape patterns stand for while its operands are chosen.</summary>
internal sealed class Pattern
{
    private readonly Dictionary<string, Dim> _letters = new(StringComparer.Ordinal);
    private Dim[]? _any;
    private Dim[]? _leading;

    /// <summary>The dimension of a letter, or null.</summary>
    public Dim? this[string letter] => _letters.TryGetValue(letter, out Dim dim) ? dim : null;

    public Pattern Copy()
    {
        var copy = new Pattern { _any = _any, _leading = _leading };
        foreach ((string letter, Dim dim) in _letters)
        {
            copy._letters[letter] = dim;
        }

        return copy;
    }

    /// <summary>Binds what a shape matches; false, with anything bound, where it does not fit.</summary>
    public bool Match(string pattern, ReadOnlySpan<Dim> shape)
    {
        switch (pattern)
        {
            case "":
                return true;
            case "*":
                _any ??= shape.ToArray();
                return shape.SequenceEqual(_any);
            case "~":
                return _any is { } to && shape.Length <= to.Length && Broadcasts(shape, to.AsSpan(to.Length - shape.Length));
        }

        string[] parts = pattern.Split(',');
        if (parts[0] == "..")
        {
            int count = shape.Length - parts.Length + 1;
            if (count < 0)
            {
                return false;
            }

            _leading ??= shape[..count].ToArray();
            if (!shape[..count].SequenceEqual(_leading))
            {
                return false;
            }

            parts = parts[1..];
            shape = shape[count..];
        }

        if (parts.Length != shape.Length)
        {
            return false;
        }

        for (int i = 0; i < parts.Length; i++)
        {
            if (char.IsAsciiDigit(parts[i][0]) ? shape[i] != Number(parts[i]) : !Bind(parts[i], shape[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A shape that the pattern takes; unbound letters are drawn.</summary>
    public Dim[] Draw(string pattern, Func<Dim> dimension, Choices choices)
    {
        switch (pattern)
        {
            case "" or "*" when _any is null:
                return [.. Enumerable.Range(0, choices.Pick(0, 1, 1, 2, 2, 2, 3, 4)).Select(_ => dimension())];
            case "" or "*":
                return _any!;
            case "~":
                Dim[] to = _any ?? [];
                return [.. to[choices.Below(to.Length + 1)..].Select(d => choices.Chance(30) ? Dim.Of(1) : d)];
        }

        var shape = new List<Dim>();
        foreach (string part in pattern.Split(','))
        {
            if (part == "..")
            {
                shape.AddRange(_leading ?? [.. Enumerable.Range(0, choices.Pick(0, 1, 1, 1, 2)).Select(_ => dimension())]);
            }
            else
            {
                shape.Add(char.IsAsciiDigit(part[0]) ? Number(part) : _letters.TryGetValue(part, out Dim known) ? known : dimension());
            }
        }

        return [.. shape];
    }

    private static bool Broadcasts(ReadOnlySpan<Dim> from, ReadOnlySpan<Dim> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            if (from[i] != to[i] && from[i] != Dim.Of(1))
            {
                return false;
            }
        }

        return true;
    }

    private static int Number(string part) => int.Parse(part, CultureInfo.InvariantCulture);

    private bool Bind(string letter, Dim dim)
    {
        if (_letters.TryGetValue(letter, out Dim known))
        {
            return known == dim;
        }

        _letters[letter] = dim;
        return true;
    }
}

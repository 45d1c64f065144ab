using System.Globalization;
using PomIsa.Isa;

namespace PomIsa.Packaging.Weights;

/// <summary>The weights that a sink has taken: their names, and which of them a further one equals.</summary>
internal sealed class WeightList
{
    private readonly List<WeightEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<Digest, List<int>> _known = [];

    public IReadOnlyList<WeightEntry> Entries => _entries;

    /// <summary>The weight without name and digest, after its declaration was checked.</summary>
    public static WeightEntry Declared(DType element, ReadOnlySpan<int> shape, WeightLayout layout)
    {
        bool panels = layout == WeightLayout.Panels16;
        if (!DTypes.IsKnown(element) || (!panels && !DTypes.IsComputed(element)) || (panels && (shape.Length != 2 || shape[1] % 16 != 0)) || shape.ContainsAnyExceptInRange(1, Limits.Dimension))
        {
            throw new ArgumentException($"No weight is {DTypes.NameOf(element)}[{string.Join(',', shape.ToArray())}] in {layout}.", nameof(shape));
        }

        return new WeightEntry("", element, [.. shape], layout);
    }

    /// <summary>An earlier weight with the same bytes, or -1.</summary>
    public int Find(WeightEntry entry)
    {
        int at = _known.TryGetValue(entry.Digest, out List<int>? indices) ? indices.FindIndex(i => Same(_entries[i], entry)) : -1;
        return at < 0 ? -1 : indices![at];
    }

    /// <summary>Adds a weight and returns its index.</summary>
    public int Add(WeightEntry entry)
    {
        if (!_known.TryGetValue(entry.Digest, out List<int>? indices))
        {
            _known[entry.Digest] = indices = [];
        }

        indices.Add(_entries.Count);
        _entries.Add(entry);
        return _entries.Count - 1;
    }

    /// <summary>A name that no tensor of any weight has.</summary>
    public string Name(string wanted, DType element)
    {
        // Names of a module have at most 256 bytes; the suffix of a part and a number must fit too.
        string clean = string.Concat(wanted.Select(static c => c is > ' ' and <= '~' and not ('"' or '\\') ? c : '_'));
        clean = clean.Length == 0 ? "weight" : clean[..Math.Min(clean.Length, 200)];
        string name = clean;
        for (int number = 2; !IsFree(name, element); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{clean}~{number}");
        }

        foreach (string part in Parts(name, element))
        {
            _names.Add(part);
        }

        return name;
    }

    private bool IsFree(string name, DType element) => !Parts(name, element).Any(_names.Contains);

    /// <summary>All names that a weight takes; those of its possible parts stay free of others, so that no tensor is taken for a part.</summary>
    private static IEnumerable<string> Parts(string name, DType element) => [name, .. WeightStorage.Suffixes(element).Select(s => name + s)];

    private static bool Same(WeightEntry a, WeightEntry b) =>
        a.Element == b.Element && a.Layout == b.Layout && a.Shape.AsSpan().SequenceEqual(b.Shape.AsSpan());
}

using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Packaging.Weights;

/// <summary>Weights that stay in memory.</summary>
public sealed class MemoryWeights : IWeightSink
{
    private readonly WeightList _list = new();
    private readonly List<byte[]> _contents = [];

    /// <inheritdoc/>
    public IReadOnlyList<WeightEntry> Entries => _list.Entries;

    /// <summary>Stored bytes of each weight, in the order of the module.</summary>
    public ImmutableArray<byte[]> Contents => [.. _contents];

    /// <inheritdoc/>
    public int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, ReadOnlySpan<byte> stored)
    {
        WeightEntry entry = WeightList.Declared(element, shape, layout);
        if (stored.Length != WeightStorage.Bytes(entry))
        {
            throw new ArgumentException($"'{name}' has {stored.Length} bytes, not {WeightStorage.Bytes(entry)}.", nameof(stored));
        }

        entry = entry with { Digest = Digest.Of(stored) };
        int known = _list.Find(entry);
        if (known >= 0)
        {
            return known;
        }

        _contents.Add(stored.ToArray());
        return _list.Add(entry with { Name = _list.Name(name, element) });
    }

    /// <inheritdoc/>
    public int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, Action<Stream> write)
    {
        using var stored = new MemoryStream();
        write(stored);
        return Add(name, element, shape, layout, stored.GetBuffer().AsSpan(0, (int)stored.Length));
    }
}

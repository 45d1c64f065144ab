using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Outputs;

/// <summary>Up to 256 leaves of an outputs tree that lie one after the other: a full subtree, or the last ones.</summary>
internal sealed class LeafGroup
{
    /// <summary>Leaves of a full one.</summary>
    public const int Full = 256;

    private readonly int[] _ends = new int[Full];
    private byte[] _bytes = new byte[Full * Digest.Size];
    private Digest? _root;

    /// <summary>Leaves.</summary>
    public int Count { get; private set; }

    /// <summary>Root of all of them.</summary>
    public Digest Root => _root ??= RootOf(0, Count);

    /// <summary>The data of a leaf.</summary>
    public ReadOnlySpan<byte> this[int leaf] => _bytes.AsSpan(Start(leaf), _ends[leaf] - Start(leaf));

    /// <summary>Adds a leaf.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        int start = Start(Count), end = start + data.Length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(end, 2 * _bytes.Length));
        }

        data.CopyTo(_bytes.AsSpan(start));
        _ends[Count++] = end;
        _root = null;
        if (Count == Full)
        {
            Array.Resize(ref _bytes, end);
        }
    }

    /// <summary>Root of some of them.</summary>
    public Digest RootOf(int first, int count)
    {
        Span<Digest> hashes = stackalloc Digest[count];
        for (int i = 0; i < count; i++)
        {
            hashes[i] = Merkle.LeafHash(this[first + i]);
        }

        return Merkle.Root(hashes);
    }

    private int Start(int leaf) => leaf == 0 ? 0 : _ends[leaf - 1];
}

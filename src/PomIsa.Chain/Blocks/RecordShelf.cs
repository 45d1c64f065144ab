using PomIsa.Chain.Governance;
using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Blocks;

/// <summary>Where a record stands on the chain. What remains of it for ever: 32 bytes, and its place.</summary>
/// <param name="Height">The block that took it in.</param>
/// <param name="Index">Its place among that block's records.</param>
/// <param name="Condensed">True once only the commitment is left.</param>
public readonly record struct RecordPlace(long Height, int Index, Digest Commitment, bool Condensed);

/// <summary>The records of one kind of state: whole while pending, a commitment once condensed.</summary>
public sealed class RecordShelf
{
    // Keyed by arrival number, so that age order is key order.
    private readonly SortedDictionary<long, Pending> _pending = [];
    private readonly Dictionary<long, long> _arrivals = [];
    private readonly List<RecordPlace> _places = [];
    private readonly TreeFrontier _tree = new();

    /// <summary>Canonical bytes of the records not yet condensed.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Canonical bytes that condensing has freed so far, commitments not counted.</summary>
    public long PrunedBytes { get; private set; }

    /// <summary>Bytes of the commitments that condensed records left.</summary>
    public long CommitmentBytes => checked(CondensedCount * (long)Digest.Size);

    /// <summary>Bytes that the records take now.</summary>
    public long Bytes => checked(PendingBytes + CommitmentBytes);

    public int PendingCount => _pending.Count;

    public int CondensedCount => _places.Count - _pending.Count;

    /// <summary>Where the record with this id stands.</summary>
    public bool TryFind(long id, out RecordPlace place)
    {
        bool found = _arrivals.TryGetValue(id, out long arrival);
        place = found ? _places[(int)arrival] : default;
        return found;
    }

    /// <summary>The commitments of the records that the block at <paramref name="height"/> took in, pruned or not, in order.</summary>
    public Digest[] CommitmentsAt(long height) =>
        [.. _places.Where(place => place.Height == height).Select(place => place.Commitment)];

    /// <summary>Whether <paramref name="record"/>, which may come from anywhere, is what the chain took in under that id.</summary>
    public bool Proves(ProposalRecord record) =>
        TryFind(record.Id, out RecordPlace place) && place.Commitment == ProposalEncoding.Commitment(record);

    internal bool Contains(long id) => _arrivals.ContainsKey(id);

    /// <summary>Takes a record in.</summary>
    /// <returns>Its canonical bytes' length.</returns>
    internal long Add(ProposalRecord record, long height, int index)
    {
        byte[] bytes = ProposalEncoding.Bytes(record);
        Digest commitment = Merkle.LeafHash(bytes);
        _arrivals.Add(record.Id, _places.Count);
        _pending.Add(_places.Count, new Pending(record, bytes.Length));
        _places.Add(new RecordPlace(height, index, commitment, Condensed: false));
        _tree.Append(commitment);
        PendingBytes = checked(PendingBytes + bytes.Length);
        return bytes.Length;
    }

    /// <summary>The oldest pending records that no open order has, at most <paramref name="most"/>.</summary>
    internal ProposalRecord[] OldestFree(int most) =>
        [.. _pending.Values.Where(pending => !pending.Ordered).Take(most).Select(pending => pending.Record)];

    internal void Mark(IEnumerable<ProposalRecord> records, bool ordered)
    {
        foreach (ProposalRecord record in records)
        {
            _pending[_arrivals[record.Id]].Ordered = ordered;
        }
    }

    /// <summary>Drops the records' bytes and keeps their commitments.</summary>
    internal void Prune(IEnumerable<ProposalRecord> records)
    {
        foreach (ProposalRecord record in records)
        {
            long arrival = _arrivals[record.Id];
            _pending.Remove(arrival, out Pending? pending);
            _places[(int)arrival] = _places[(int)arrival] with { Condensed = true };
            PendingBytes -= pending!.Bytes;
            PrunedBytes = checked(PrunedBytes + pending.Bytes);
        }
    }

    internal void WriteTo(CanonicalWriter bytes) => bytes
        .I64(PendingBytes)
        .I64(PrunedBytes)
        .U32(PendingCount)
        .U64(_tree.Size)
        .Hash(_tree.Root);

    private sealed class Pending(ProposalRecord record, int bytes)
    {
        public ProposalRecord Record => record;

        public int Bytes => bytes;

        public bool Ordered { get; set; }
    }
}

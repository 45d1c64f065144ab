using PomIsa.Chain.Mints;
using PomIsa.Chain.Pressure;
using PomIsa.Chain.Trigger;
using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Blocks;

/// <summary>A response that the chain keeps in place of the records that it condenses.</summary>
/// <param name="Order">The order that it answers.</param>
/// <param name="Run">The run that gave it.</param>
/// <param name="Digest">SHA-256 of <paramref name="Text"/>.</param>
public readonly record struct StoredResponse(Digest Order, Digest Run, Digest Digest, ReadOnlyMemory<byte> Text);

/// <summary>All that a validator has to agree on beside the blocks themselves.</summary>
public sealed class ChainState
{
    private readonly ChainParameters _parameters;
    private readonly List<StoredResponse> _responses = [];
    private readonly TreeFrontier _responseTree = new();

    internal ChainState(ChainParameters parameters)
    {
        _parameters = parameters;
        Gauge = new PressureGauge(parameters.Pressure);
        Threshold = new EmergentThreshold(parameters.Pressure);
        Admission = new Admission(parameters.EpochCapacity);
    }

    /// <summary>Closed votes.</summary>
    public RecordShelf Governance { get; } = new();

    /// <summary>Mints since the chain began.</summary>
    public ulong MintCount => Ledger.Count;

    /// <summary>RFC 9162 root over all mint ids since the chain began.</summary>
    public Digest MintRoot => Ledger.Root;

    /// <summary>The responses stored so far, oldest first.</summary>
    public IReadOnlyList<StoredResponse> Responses => _responses;

    /// <summary>Bytes of the responses stored so far.</summary>
    public long ResponseBytes { get; private set; }

    /// <summary>Bytes of records that the last block took in.</summary>
    public long LastBlockBytes { get; internal set; }

    /// <summary>The pool of pending records and commitments.</summary>
    public PoolLevel StatePool => new(Governance.Bytes, _parameters.StateBytes);

    /// <summary>The pool of responses.</summary>
    public PoolLevel ResponsePool => new(ResponseBytes, _parameters.ResponseBytes);

    /// <summary>The pressure at this moment; falls as orders are condensed.</summary>
    public PressureReading Pressure =>
        Gauge.Read([StatePool, ResponsePool], Governance.PendingBytes, Governance.Bytes, LastBlockBytes);

    internal MintLedger Ledger { get; } = new();

    internal EmergentThreshold Threshold { get; }

    internal PressureGauge Gauge { get; }

    internal Admission Admission { get; }

    /// <summary>Digest of everything above.</summary>
    public Digest Root
    {
        get
        {
            var bytes = new CanonicalWriter("state.1"u8);
            Governance.WriteTo(bytes);
            bytes.I64(ResponseBytes).U64(_responseTree.Size).Hash(_responseTree.Root);
            bytes.U64(Ledger.Count).Hash(Ledger.Root);
            bytes.I64(LastBlockBytes).I128(Gauge.AverageRaw);
            Threshold.WriteTo(bytes);
            Admission.WriteTo(bytes);
            return bytes.Digest;
        }
    }

    internal bool HasRoomFor(int responseBytes) => responseBytes <= _parameters.ResponseBytes - ResponseBytes;

    internal void Store(StoredResponse response)
    {
        _responses.Add(response);
        _responseTree.Append(Merkle.LeafHash(response.Text.Span));
        ResponseBytes = checked(ResponseBytes + response.Text.Length);
    }
}

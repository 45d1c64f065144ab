using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>The commitment to one tensor of many rows, hashed where it lies.</summary>
/// <remarks>
/// The blocks of a register are hashed by all threads before the next instruction may overwrite it; the trees above them need it no more and go to the
/// background. Quantized rows that are kept go there whole: threads that wait for others between two loops have time for them.
/// </remarks>
internal sealed unsafe class WideOutput : BackgroundWork
{
    /// <summary>Rows and bytes from which a copy costs more than to hash at once. One row of any length is copied: its hashing can wait.</summary>
    private const int Rows = 8, Bytes = 1 << 16;

    private readonly RowsCommitment _rows = new();
    private readonly Digest[] _commitment = new Digest[1];
    private CommitmentBatch? _batch; // made for the first register: steps whose wide outputs are all quantized rows need none
    private EvidenceBatch? _owner;
    private int _place;
    private bool _isOfRows;

    protected override int Stages => 2;

    /// <summary>Whether it is at work, or done, for this owner.</summary>
    public bool IsOf(EvidenceBatch owner) => _owner == owner;

    /// <summary>Whether an output is hashed where it lies.</summary>
    public static bool IsWide(int rows, long bytes) => rows >= Rows && bytes >= Bytes;

    /// <summary>Hashes a register's blocks and starts what is left; the commitment goes to a place of <paramref name="owner"/>.</summary>
    public void Start(in TensorView view, EvidenceBatch owner, WorkerPool pool)
    {
        Span<int> dimensions = stackalloc int[Limits.Rank];
        view.CopyDimensions(dimensions);
        _batch ??= new CommitmentBatch();
        fixed (byte* data = view.Raw)
        {
            _batch.AddInPlace((byte)view.Element, dimensions[..view.Rank], data, view.Bytes);
        }

        (_owner, _place, _isOfRows) = (owner, owner.Reserve(), false);
        pool.Run(_batch.Close(), new Leaves(_batch));
        pool.Background(this);
    }

    /// <summary>Starts to hash the rows of a quantized product, which stay as they are until <see cref="Settle"/>.</summary>
    public void Start(in RowsView rows, EvidenceBatch owner, WorkerPool pool)
    {
        fixed (byte* scales = rows.Scales, integers = rows.Integers)
        {
            _rows.Begin(rows.Rows, rows.Depth, (float*)scales, integers, rows.Flip);
        }

        (_owner, _place, _isOfRows) = (owner, owner.Reserve(), true);
        pool.Background(this);
    }

    /// <summary>Finishes the work and gives the commitment to its owner, where it has one: any, or only the given one.</summary>
    public void Settle(EvidenceBatch? only = null)
    {
        if (_owner is { } owner && (only is null || owner == only))
        {
            Finish();
            owner.Put(_place, _commitment[0]);
            _owner = null;
        }
    }

    protected override int Begin(int stage) => stage > 0 ? 1 : _isOfRows ? _rows.Quanta : 0;

    protected override void Quantum(int stage, int quantum)
    {
        if (stage == 0)
        {
            _rows.HashQuantum(quantum, WorkerPool.GiveWay);
        }
        else if (_isOfRows)
        {
            _commitment[0] = _rows.Finish(WorkerPool.GiveWay);
        }
        else
        {
            _batch!.Finish(_commitment, WorkerPool.GiveWay);
        }
    }

    private readonly struct Leaves(CommitmentBatch batch) : IWork
    {
        public void Item(int item, int worker) => batch.HashQuantum(item);
    }
}

using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>The commitment to one tensor of many rows: its blocks are hashed where they lie, by all threads, before the next instruction may overwrite them.</summary>
/// <remarks>What is left then, the trees above the blocks, needs the output no more and goes to the background.</remarks>
internal sealed unsafe class WideOutput : BackgroundWork
{
    /// <summary>Rows and bytes from which a copy costs more than to hash at once. One row of any length is copied: its hashing can wait.</summary>
    private const int Rows = 8, Bytes = 1 << 16;

    private readonly CommitmentBatch _batch = new();
    private readonly RowsCommitment _rows = new();
    private readonly Digest[] _commitment = new Digest[1];
    private EvidenceBatch? _owner;
    private int _place;
    private bool _isOfRows;

    protected override int Stages => 1;

    /// <summary>Whether an output is hashed where it lies.</summary>
    public static bool IsWide(int rows, long bytes) => rows >= Rows && bytes >= Bytes;

    /// <summary>Hashes an output's blocks and starts what is left; the commitment goes to a place of <paramref name="owner"/>.</summary>
    public void Start(in TensorView view, EvidenceBatch owner, WorkerPool pool)
    {
        Span<int> dimensions = stackalloc int[Limits.Rank];
        view.CopyDimensions(dimensions);
        fixed (byte* data = view.Raw)
        {
            _batch.AddInPlace((byte)view.Element, dimensions[..view.Rank], data, view.Bytes);
        }

        Hash(owner, pool);
    }

    /// <summary>The same of the rows of a quantized product.</summary>
    public void Start(in RowsView rows, EvidenceBatch owner, WorkerPool pool)
    {
        fixed (byte* scales = rows.Scales, integers = rows.Integers)
        {
            _rows.Begin(rows.Rows, rows.Depth, (float*)scales, integers, rows.Flip);
        }

        (_owner, _place, _isOfRows) = (owner, owner.Reserve(), true);
        pool.Run(_rows.Quanta, new RowLeaves(_rows));
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

    protected override int Begin(int stage) => 1;

    protected override void Quantum(int stage, int quantum)
    {
        if (_isOfRows)
        {
            _commitment[0] = _rows.Finish(WorkerPool.GiveWay);
        }
        else
        {
            _batch.Finish(_commitment, WorkerPool.GiveWay);
        }
    }

    private void Hash(EvidenceBatch owner, WorkerPool pool)
    {
        (_owner, _place, _isOfRows) = (owner, owner.Reserve(), false);
        pool.Run(_batch.Close(), new Leaves(_batch));
        pool.Background(this);
    }

    private readonly struct Leaves(CommitmentBatch batch) : IWork
    {
        public void Item(int item, int worker) => batch.HashQuantum(item);
    }

    private readonly struct RowLeaves(RowsCommitment rows) : IWork
    {
        public void Item(int item, int worker) => rows.HashQuantum(item);
    }
}

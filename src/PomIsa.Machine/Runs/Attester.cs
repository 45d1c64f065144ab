using System.Diagnostics;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>Turns retires into records. Batches of them are hashed in the background while the next instructions compute, and appended in order.</summary>
/// <remarks>
/// A record reaches the sink when its batch was closed, by a <c>commit</c> or because it is full, and hashed; on a pool
/// of one thread at once, otherwise a few batches later. Which records there are, their order and their bytes depend on none of this.
/// </remarks>
internal sealed class Attester : IRetireObserver, IDisposable
{
    /// <summary>A batch is closed when it holds this much: what a processor's own cache holds beside a kernel's data.</summary>
    private const long BatchBytes = 1 << 19;

    /// <summary>It is closed with this many retires too, however small: a loop of scalars may run long before it commits.</summary>
    private const int BatchRetires = 1 << 12;

    /// <summary>Most batches, and most wide outputs, that can be under way at once.</summary>
    private const int Batches = 6, WideOutputs = 4;

    private readonly Digest _run;
    private readonly IRecordSink _sink;
    private readonly WorkerPool _pool;
    private readonly Stack<EvidenceBatch> _free = new(Batches); // the one used last is taken first: its memory is in the cache
    private readonly Queue<EvidenceBatch> _closed = new(Batches);
    private readonly Queue<WideOutput> _wide = new(WideOutputs);
    private EvidenceBatch _open = new();
    private int _batches = 1;
    private long _ticks;
    private ulong _sequence;

    public Attester(Digest run, IRecordSink sink, WorkerPool pool) => (_run, _sink, _pool) = (run, sink, pool);

    /// <summary>Sequence number of the last record.</summary>
    public ulong Sequence => _sequence;

    /// <summary>Whether the sink has refused a record: it is given none after that.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Time that the run's thread spent here; what other threads hashed meanwhile is not in it.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(0, _ticks);

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        long start = Stopwatch.GetTimestamp();
        EvidenceBatch batch = _open;
        batch.Note(place, context, changes);
        if (context.Product is { Kind: not 0 } product)
        {
            Add(product, batch);
        }
        else
        {
            foreach (int operand in context.Line.Written)
            {
                Add(context.View(operand), batch);
            }
        }

        refusal = "";
        bool taken = true;
        if (context.Line.Commits || batch.PendingBytes >= BatchBytes || batch.Count >= BatchRetires)
        {
            batch.Commits = context.Line.Commits;
            taken = TryClose(out refusal);
        }

        _ticks += Stopwatch.GetTimestamp() - start;
        return taken;
    }

    /// <summary>Writes all records that are still waiting.</summary>
    public bool TryFlush(out string refusal)
    {
        long start = Stopwatch.GetTimestamp();
        bool taken = TryClose(out refusal) && TryAppendClosed(out refusal);
        _ticks += Stopwatch.GetTimestamp() - start;
        return taken;
    }

    /// <summary>The run ended early: writes the records of the batches that were closed before, none of later retires.</summary>
    public bool TryAbandon(out string refusal) => TryAppendClosed(out refusal);

    /// <summary>Waits for what other threads are at; nothing is written.</summary>
    public void Dispose()
    {
        foreach (BackgroundWork work in (IEnumerable<BackgroundWork>)[.. _closed, .. _wide])
        {
            work.Finish();
        }
    }

    private void Add(in TensorView view, EvidenceBatch batch)
    {
        if (WideOutput.IsWide(view.Rows, view.Bytes))
        {
            NextWide().Start(view, batch, _pool);
        }
        else
        {
            batch.Add(view);
        }
    }

    private void Add(in ProductView product, EvidenceBatch batch)
    {
        if (WideOutput.IsWide(product.Rows, product.Sums.Length))
        {
            NextWide().Start(product, batch, _pool);
        }
        else
        {
            batch.AddProduct(product);
        }
    }

    private WideOutput NextWide()
    {
        WideOutput next = _wide.Count < WideOutputs ? new WideOutput() : _wide.Dequeue();
        next.Settle();
        _wide.Enqueue(next);
        return next;
    }

    /// <summary>Hands the open batch to the background and appends those that are hashed; waits only where too many are under way.</summary>
    private bool TryClose(out string refusal)
    {
        refusal = "";
        if (_open.Count == 0)
        {
            return true;
        }

        _pool.Background(_open);
        _closed.Enqueue(_open);
        while (_closed.TryPeek(out EvidenceBatch? oldest) && (oldest.IsDone || (_free.Count == 0 && _batches == Batches)))
        {
            if (!TryAppendOldest(out refusal))
            {
                return false;
            }
        }

        _open = TakeFree();
        return true;
    }

    private EvidenceBatch TakeFree()
    {
        if (_free.TryPop(out EvidenceBatch? free))
        {
            return free;
        }

        _batches++;
        return new EvidenceBatch();
    }

    private bool TryAppendClosed(out string refusal)
    {
        refusal = "";
        while (_closed.Count > 0)
        {
            if (!TryAppendOldest(out refusal))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAppendOldest(out string refusal)
    {
        EvidenceBatch batch = _closed.Peek();
        batch.Finish();
        foreach (WideOutput wide in _wide)
        {
            wide.Settle(batch);
        }

        if (!batch.TryAppend(_run, _sink, ref _sequence, out refusal))
        {
            IsRefused = true;
            return false;
        }

        _free.Push(_closed.Dequeue());
        return true;
    }
}

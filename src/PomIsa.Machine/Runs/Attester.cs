using System.Diagnostics;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>Turns retires into records. Batches of them are hashed in the background while the next instructions compute, and appended in order.</summary>
/// <remarks>
/// A record reaches the sink when its batch was closed, by a <c>commit</c> or because it is full, and hashed; on a pool
/// of one thread at once, otherwise a few batches later and by whichever thread is free: the run's own hardly does more than copy.
/// Which records there are, their order and their bytes depend on none of this.
/// </remarks>
internal sealed class Attester : IRetireObserver, IDisposable
{
    /// <summary>A batch is closed when it holds this much: what a processor's own cache holds beside a kernel's data.</summary>
    private const long BatchBytes = 1 << 19;

    /// <summary>It is closed with this many retires too, however small: a loop of scalars may run long before it commits.</summary>
    private const int BatchRetires = 1 << 12;

    /// <summary>Most batches that can be under way at once; of wide outputs there are at most <see cref="WideOutputs"/>.</summary>
    internal const int Batches = 6;

    private const int WideOutputs = 4;

    /// <summary>A batch with so many of them is closed too, so that records of a long step are written while it computes.</summary>
    private const int WideInBatch = 12;

    private const int Sampled = 13; // prime to most loops

    private readonly WorkerPool _pool;
    private readonly IRecordSink _sink;
    private readonly RetireWriter _writer;
    private readonly RecordAppender _appender;
    private readonly Stack<EvidenceBatch> _free = new(Batches); // the one used last is taken first: its memory is in the cache
    private readonly Queue<EvidenceBatch> _closed = new(Batches);
    private readonly Queue<WideOutput> _wide = new(WideOutputs);
    private readonly PrivacyMode _mode;
    private EvidenceBatch _open;
    private int _batches = 1;
    private int _wideInOpen;
    private long _ticks;
    private uint _small;

    /// <param name="run">Id of the run.</param>
    /// <param name="sink">Takes the records.</param>
    /// <param name="pool">Hashes them.</param>
    /// <param name="hidden">Of a private run.</param>
    public Attester(Digest run, IRecordSink sink, WorkerPool pool, PrivateRecords? hidden = null)
    {
        (_pool, _sink, _writer, _mode) = (pool, sink, new RetireWriter(run, hidden), hidden?.Mode ?? PrivacyMode.None);
        _appender = new RecordAppender(_writer, sink);
        _open = new EvidenceBatch(_mode);
    }

    /// <summary>Sequence number of the last record, after <see cref="TryFlush"/>.</summary>
    public ulong Sequence => _appender.Sequence;

    /// <summary>Whether the sink has refused a record: it is given none after that.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Time that the run's thread spent here; what other threads hashed meanwhile is not in it.</summary>
    /// <remarks>To look at the clock takes as long as to note a small output, so of those only each thirteenth is timed, and counts for all.</remarks>
    public TimeSpan Time => Stopwatch.GetElapsedTime(0, _ticks);

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        if (_wideInOpen >= WideInBatch && context.Line is { Committed: >= 0, SharesRows: false } && !TryCloseTimed(out refusal))
        {
            return false;
        }

        EvidenceBatch batch = _open;
        bool isTimed = _small++ % Sampled == 0;
        long start = isTimed ? Stopwatch.GetTimestamp() : 0, wide = 0;
        if (batch.Note(place, context, changes))
        {
            wide = context.Line.CommitsRows ? Add(context.Rows, context.Quantized, batch) : Add(context.View(context.Line.Committed), batch);
        }

        _ticks += wide + (isTimed ? Sampled * (Stopwatch.GetTimestamp() - start - wide) : 0);

        refusal = "";
        batch.Commits = context.Line.Commits;
        return !(batch.Commits || batch.PendingBytes >= BatchBytes || batch.Count >= BatchRetires) || TryCloseTimed(out refusal);
    }

    /// <summary>The run is at its end: writes all records that are still waiting. No <c>commit</c> among them is passed on, since who owns the sink commits at once.</summary>
    public bool TryFlush(out string refusal)
    {
        _appender.Ends();
        long start = Stopwatch.GetTimestamp();
        bool taken = TryClose(out refusal) && TryAppendClosed(out refusal);
        _ticks += Stopwatch.GetTimestamp() - start;
        return taken;
    }

    /// <summary>Closes the run behind its last record, after <see cref="TryFlush"/>.</summary>
    /// <param name="tokens">The response.</param>
    /// <param name="retired">Opcodes that retired.</param>
    public bool TryClose(ReadOnlySpan<int> tokens, ulong retired, RunStatus status, out string refusal) =>
        _sink.TryTake(_writer.Close(Sequence + 1, tokens, retired, status), out refusal);

    /// <summary>The run ended early: writes the records of the batches that were closed before, none of later retires.</summary>
    public bool TryAbandon(out string refusal) => TryAppendClosed(out refusal);

    /// <summary>Waits for what other threads are at; nothing is written.</summary>
    public void Dispose()
    {
        foreach (BackgroundWork work in (IEnumerable<BackgroundWork>)[.. _closed, .. _wide, _appender])
        {
            work.Finish();
        }
    }

    // Both return the time that a wide output took.
    private long Add(in TensorView view, EvidenceBatch batch)
    {
        if (!WideOutput.IsWide(view.Rows, view.Bytes))
        {
            batch.Add(view);
            return 0;
        }

        long start = Stopwatch.GetTimestamp();
        NextWide().Start(view, batch, _pool);
        return Stopwatch.GetTimestamp() - start;
    }

    private long Add(in RowsView rows, RowsScratch memory, EvidenceBatch batch)
    {
        if (!WideOutput.IsWide(rows.Rows, rows.Bytes))
        {
            batch.Add(rows);
            return 0;
        }

        long start = Stopwatch.GetTimestamp();
        memory.Keep(WideOutputs);
        NextWide().Start(rows, batch, _pool);
        return Stopwatch.GetTimestamp() - start;
    }

    private WideOutput NextWide()
    {
        WideOutput next = _wide.Count < WideOutputs ? new WideOutput() : _wide.Dequeue();
        next.Settle();
        _wide.Enqueue(next);
        _wideInOpen++;
        return next;
    }

    private bool TryCloseTimed(out string refusal)
    {
        long start = Stopwatch.GetTimestamp();
        bool taken = TryClose(out refusal);
        _ticks += Stopwatch.GetTimestamp() - start;
        return taken;
    }

    /// <summary>Hands the open batch to the background, and those that are hashed to the appender; waits only where too many are under way.</summary>
    private bool TryClose(out string refusal)
    {
        refusal = "";
        if (_open.Count == 0)
        {
            return true;
        }

        _wideInOpen = 0;
        _pool.Background(_open);
        _closed.Enqueue(_open);
        bool taken = TryAppend(waits: false, out refusal);
        while (taken && _free.Count == 0 && _batches == Batches)
        {
            taken = TryAppend(waits: true, out refusal);
        }

        _open = taken ? TakeFree() : _open;
        return taken;
    }

    private EvidenceBatch TakeFree()
    {
        if (_free.TryPop(out EvidenceBatch? free))
        {
            return free;
        }

        _batches++;
        return new EvidenceBatch(_mode);
    }

    private bool TryAppendClosed(out string refusal)
    {
        bool taken;
        do
        {
            taken = TryAppend(waits: true, out refusal);
        }
        while (taken && (_closed.Count > 0 || _appender.HasBatches));
        return taken;
    }

    /// <summary>Takes back the batches that were appended, and hands on those that are hashed; where it waits, it does so for one of each.</summary>
    private bool TryAppend(bool waits, out string refusal)
    {
        refusal = "";
        if (!waits && !_appender.IsDone)
        {
            return true;
        }

        if (!TryCollect(out refusal))
        {
            return false;
        }

        for (; _closed.TryPeek(out EvidenceBatch? oldest) && (waits || (oldest.IsDone && HasWide(oldest))); waits = false)
        {
            oldest.Finish();
            foreach (WideOutput wide in _wide)
            {
                wide.Settle(oldest);
            }

            _appender.Add(_closed.Dequeue());
        }

        if (_appender.HasBatches)
        {
            _pool.Background(_appender);
        }

        return !_appender.IsDone || TryCollect(out refusal);
    }

    /// <summary>Whether all wide outputs of a batch are hashed.</summary>
    private bool HasWide(EvidenceBatch batch)
    {
        foreach (WideOutput wide in _wide)
        {
            if (!wide.IsDone && wide.IsOf(batch))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryCollect(out string refusal)
    {
        _appender.Collect(_free);
        refusal = _appender.Refusal ?? "";
        IsRefused = _appender.Refusal is not null;
        return !IsRefused;
    }
}

using System.Runtime.ExceptionServices;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Machine.Runs;

/// <summary>Gives the records of hashed batches to the sink, in their order, a few in each quantum.</summary>
/// <remarks>
/// The sink is used by whichever thread does a quantum, by one at a time. Once it has refused a record, or thrown, it is given none
/// any more.
/// </remarks>
internal sealed class RecordAppender(RetireWriter writer, IRecordSink sink) : BackgroundWork
{
    private const int RecordsInQuantum = 24;

    private readonly List<EvidenceBatch> _batches = new(Attester.Batches); // never grows while a run goes on
    private ExceptionDispatchInfo? _failure;
    private int _quanta;
    private int _at;
    private ulong _sequence;
    private volatile bool _ends;

    /// <summary>Sequence number of the last record; to be read when it is done.</summary>
    public ulong Sequence => _sequence;

    /// <summary>Why the sink refused a record; null as long as it did not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether it was given batches.</summary>
    public bool HasBatches => _batches.Count > 0;

    protected override int Stages => _quanta;

    /// <summary>From now on the sink is not asked to commit: the run's owner will, when all is written.</summary>
    public void Ends() => _ends = true;

    /// <summary>Adds a batch whose commitments are all known. Not while it works.</summary>
    public void Add(EvidenceBatch batch)
    {
        _batches.Add(batch);
        _quanta += 1 + (batch.Count / RecordsInQuantum);
    }

    /// <summary>Waits for its end, or works to it, and gives the batches back.</summary>
    /// <exception cref="Exception">What the sink threw.</exception>
    public void Collect(Stack<EvidenceBatch> free)
    {
        Finish();
        _failure?.Throw();
        foreach (EvidenceBatch batch in _batches)
        {
            batch.Clear();
            free.Push(batch);
        }

        _batches.Clear();
        (_quanta, _at) = (0, 0);
    }

    protected override int Begin(int stage) => 1;

    protected override void Quantum(int stage, int quantum)
    {
        if (Refusal is not null || _failure is not null)
        {
            return;
        }

        try
        {
            if (!_batches[_at].TryAppend(writer, sink, ref _sequence, RecordsInQuantum, out string refusal))
            {
                Refusal = refusal;
            }
            else if (_batches[_at].IsAppended && _batches[_at++].Commits && !_ends)
            {
                sink.Commit();
            }
        }
        catch (Exception e) // thrown again in the run's own thread
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }
}

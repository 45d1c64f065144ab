using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Log;

/// <summary>Mints one run's records into a log, each once, also when the run was cut off and is executed again from its start.</summary>
/// <remarks>
/// Re-execution gives the same entries. As long as the log holds the run's records from before, an entry must equal the
/// recorded one and is not appended again; after them entries are appended. A run's records lie one after the other in the log.
/// </remarks>
public sealed class Minter : IDisposable
{
    private readonly RecordLog _log;
    private readonly bool _private;
    private IEnumerator<byte[]>? _recorded;
    private ulong _next;
    private bool _closed;

    private Minter(RecordLog log, Digest run, bool isPrivate, ulong firstIndex)
    {
        (_log, RunId, _private, FirstIndex) = (log, run, isPrivate, firstIndex);
        Recorded = log.Size - firstIndex;
        _recorded = Recorded == 0 ? null : log.ReadAll(firstIndex).GetEnumerator();
    }

    /// <summary>The run.</summary>
    public Digest RunId { get; }

    /// <summary>Index in the log of the run's opening record; action s of the run is entry <c>FirstIndex + s</c>.</summary>
    public ulong FirstIndex { get; }

    /// <summary>Records of this run that the log held before.</summary>
    public ulong Recorded { get; private set; }

    /// <summary>The sequence number of the next action.</summary>
    public ulong NextSequence { get; private set; }

    /// <summary>Whether the next action is compared with a recorded one rather than appended.</summary>
    public bool IsReplaying => NextSequence < Recorded;

    /// <summary>Begins a run, or takes it up where the log left it, and mints its opening record.</summary>
    /// <exception cref="LogException">The log can't be read or written.</exception>
    /// <exception cref="InvalidOperationException">The log has entries that are not committed: begin before appending, or commit first.</exception>
    public static bool TryBegin(RecordLog log, RunOpen open, out Minter minter, out MintFault fault)
    {
        if (log.CommittedSize != log.Size)
        {
            throw new InvalidOperationException("A run begins on a log whose entries are all committed.");
        }

        var bytes = new byte[RecordWriter.MaxRunOpenBytes];
        ReadOnlySpan<byte> entry = bytes.AsSpan(0, RecordWriter.WriteRunOpen(bytes, open));
        Digest run = Digest.Of(entry);
        minter = new Minter(log, run, open.Private is not null, log.FindOpening(run));
        if (minter.TryMint(entry, out fault))
        {
            return true;
        }

        minter.Dispose();
        return false;
    }

    /// <summary>Mints the next action of the run: appends its entry, or finds it equal to the recorded one.</summary>
    /// <exception cref="LogException">The log can't be read or written.</exception>
    public bool TryMint(ReadOnlySpan<byte> entry, out MintFault fault)
    {
        if (!RecordPeek.TryRead(entry, out RecordKind kind, out Digest run, out ulong sequence))
        {
            fault = new MintFault(MintFaultCode.Malformed, RunId, NextSequence, -1);
            return false;
        }

        if (run != RunId)
        {
            fault = new MintFault(MintFaultCode.WrongRun, run, sequence, -1);
            return false;
        }

        MintFaultCode code = sequence < _next ? MintFaultCode.AlreadyMinted
            : _closed ? MintFaultCode.RunClosed
            : sequence > _next ? MintFaultCode.SequenceGap
            : RecordPeek.IsPrivate(entry) != _private ? MintFaultCode.WrongForm
            : MintFaultCode.None;
        if (code != MintFaultCode.None)
        {
            fault = new MintFault(code, run, sequence, -1);
            return false;
        }

        fault = default;
        _next++;
        _closed = kind == RecordKind.RunClose;
        if (!IsReplaying)
        {
            _log.Append(entry);
        }
        else if (!_recorded!.MoveNext() || !entry.SequenceEqual(_recorded.Current))
        {
            fault = new MintFault(MintFaultCode.DiffersFromLog, run, sequence, (long)(FirstIndex + sequence));
            return false;
        }

        NextSequence++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recorded?.Dispose();
        _recorded = null;
    }
}

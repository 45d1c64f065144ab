namespace PomIsa.Evidence.Records;

/// <summary>Why an action may not be minted.</summary>
public enum MintFaultCode : byte
{
    None = 0,

    /// <summary>The entry is no canonical record.</summary>
    Malformed,

    /// <summary>This (run, sequence) was minted before.</summary>
    AlreadyMinted,

    /// <summary>A sequence number was left out.</summary>
    SequenceGap,

    /// <summary>The run was never opened, or another one is open.</summary>
    WrongRun,

    /// <summary>The run has its closing record.</summary>
    RunClosed,

    /// <summary>The log already holds another record in this place: the two executions differ.</summary>
    DiffersFromLog,
}

/// <summary>Why an action may not be minted, and where.</summary>
/// <param name="Run">The run, where it is known.</param>
/// <param name="Sequence">The sequence number that was offered.</param>
/// <param name="Index">Index in the log, for faults that concern one; otherwise -1.</param>
public readonly record struct MintFault(MintFaultCode Code, Digest Run, ulong Sequence, long Index)
{
    /// <inheritdoc/>
    public override string ToString() => Code switch
    {
        MintFaultCode.None => "no fault",
        MintFaultCode.Malformed => "The entry is not a canonical record.",
        MintFaultCode.AlreadyMinted => $"Action {Sequence} of run {Run.Short} was minted before.",
        MintFaultCode.SequenceGap => $"Action {Sequence} of run {Run.Short} would leave out the one before it.",
        MintFaultCode.WrongRun => $"Run {Run.Short} is not the open run.",
        MintFaultCode.RunClosed => $"Run {Run.Short} is closed; action {Sequence} comes too late.",
        MintFaultCode.DiffersFromLog => $"Action {Sequence} of run {Run.Short} differs from the record at index {Index} of the log.",
        _ => Code.ToString(),
    };
}

/// <summary>Which actions were minted: each (run, sequence) once, in order, nothing after the close.</summary>
public sealed class MintSequence
{
    private readonly Dictionary<Digest, RunState> _runs = [];

    /// <summary>Runs seen.</summary>
    public int Runs => _runs.Count;

    /// <summary>Runs that were opened and not closed.</summary>
    public int OpenRuns => _runs.Values.Count(static run => !run.Closed);

    /// <summary>Notes that a run was opened: its action 0.</summary>
    public bool TryOpen(Digest run, out MintFault fault)
    {
        bool fresh = _runs.TryAdd(run, new RunState(1, false));
        fault = fresh ? default : new MintFault(MintFaultCode.AlreadyMinted, run, 0, -1);
        return fresh;
    }

    /// <summary>Notes that action <paramref name="sequence"/> of a run was minted; <paramref name="closes"/> marks its last.</summary>
    public bool TryMint(Digest run, ulong sequence, bool closes, out MintFault fault)
    {
        MintFaultCode code = MintFaultCode.None;
        if (!_runs.TryGetValue(run, out RunState state))
        {
            code = MintFaultCode.WrongRun;
        }
        else if (sequence < state.Next)
        {
            code = MintFaultCode.AlreadyMinted;
        }
        else if (state.Closed)
        {
            code = MintFaultCode.RunClosed;
        }
        else if (sequence > state.Next)
        {
            code = MintFaultCode.SequenceGap;
        }
        else
        {
            _runs[run] = new RunState(sequence + 1, closes);
        }

        fault = code == MintFaultCode.None ? default : new MintFault(code, run, sequence, -1);
        return code == MintFaultCode.None;
    }

    private readonly record struct RunState(ulong Next, bool Closed);
}

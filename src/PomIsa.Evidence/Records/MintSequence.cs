using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>Its form is not the one that the run's opening record declares: public, or private in one of two ways.</summary>
    WrongForm,

    /// <summary>A private run's record that counts other tokens than the records before it.</summary>
    WrongTokens,

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
        MintFaultCode.WrongForm => $"Action {Sequence} of run {Run.Short} is not in the form that the run was opened with.",
        MintFaultCode.WrongTokens => $"Action {Sequence} of run {Run.Short} counts other tokens than the records before it.",
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
    /// <param name="run">Its id.</param>
    /// <param name="mode">How private it declares to be.</param>
    /// <param name="fault">Why it may not be.</param>
    public bool TryOpen(Digest run, PrivacyMode mode, out MintFault fault)
    {
        bool fresh = _runs.TryAdd(run, new RunState(1, false, mode, 0));
        fault = fresh ? default : new MintFault(MintFaultCode.AlreadyMinted, run, 0, -1);
        return fresh;
    }

    /// <summary>Notes that an opcode of a run retired.</summary>
    public bool TryMint(Retire retire, out MintFault fault)
    {
        ArgumentNullException.ThrowIfNull(retire);
        bool open = !retire.Commitments.IsEmpty; // a commitment that anyone can compare
        return TryMint(retire.Head.RunId, retire.Head.Sequence, retire.IsPrivate, open, retire.Head.Tokens, closes: false, out fault);
    }

    /// <summary>Notes that a run was closed: its last action.</summary>
    public bool TryMint(RunClose close, out MintFault fault)
    {
        ArgumentNullException.ThrowIfNull(close);
        return TryMint(close.RunId, close.Sequence, close.IsPrivate, open: false, close.Tokens, closes: true, out fault);
    }

    /// <summary>The same of a retire of which only as much was read.</summary>
    internal bool TryMint(Digest run, RetirePeek retire, out MintFault fault) =>
        TryMint(run, retire.Sequence, retire.IsPrivate, retire.Commits, retire.Tokens, closes: false, out fault);

    /// <summary>Takes an open run's retires up to <paramref name="last"/>, which are known to follow one another from the last that was minted.</summary>
    internal void GoOn(Digest run, RetirePeek last)
    {
        ref RunState state = ref CollectionsMarshal.GetValueRefOrNullRef(_runs, run);
        state = state with { Next = last.Sequence + 1, Tokens = last.Tokens };
    }

    private bool TryMint(Digest run, ulong sequence, bool isPrivate, bool open, uint tokens, bool closes, out MintFault fault)
    {
        MintFaultCode code = MintFaultCode.None;
        ref RunState state = ref CollectionsMarshal.GetValueRefOrNullRef(_runs, run);
        if (Unsafe.IsNullRef(ref state))
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
        else if (isPrivate != (state.Mode != PrivacyMode.None) || (open && state.Mode == PrivacyMode.All))
        {
            code = MintFaultCode.WrongForm;
        }
        else if (isPrivate && tokens != state.Tokens && (sequence == 1 || tokens != (ulong)state.Tokens + 1))
        {
            code = MintFaultCode.WrongTokens;
        }
        else
        {
            state = new RunState(sequence + 1, closes, state.Mode, tokens);
        }

        fault = code == MintFaultCode.None ? default : new MintFault(code, run, sequence, -1);
        return code == MintFaultCode.None;
    }

    private readonly record struct RunState(ulong Next, bool Closed, PrivacyMode Mode, uint Tokens);
}

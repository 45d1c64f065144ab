using PomIsa.Disputes.Values;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>How far a path has come.</summary>
internal enum PathStatus : byte
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>The program ended; the closing record comes next.</summary>
    Halted,

    /// <summary>The next instruction traps: no record of the run comes any more.</summary>
    Trapped,

    /// <summary>The run was left or closed early, as it may be.</summary>
    Left,

    /// <summary>A record that was shown is not the one that this path comes to.</summary>
    Dead,
}

/// <summary>A driver's record that was followed, with what was known when its instruction executed.</summary>
/// <param name="Index">Index in the log.</param>
/// <param name="Frame">The driver; only its function is of now.</param>
/// <param name="Offset">The instruction.</param>
/// <param name="Symbols">Values of the symbols in the driver, after an <c>input</c> has given its own.</param>
/// <param name="Registers">What wrote each register of the driver before.</param>
/// <param name="States">What had been done to the states.</param>
internal sealed record DriverRecord(ulong Index, VerifiedFunction Frame, int Offset, long[] Symbols, Origin[] Registers, Chain<StateChange>? States)
{
    /// <summary>What a <c>token</c> or a <c>sample</c> popped.</summary>
    public Scalar? Popped { get; init; }

    /// <summary>The step that it calls, or -1.</summary>
    public int Callee { get; set; } = -1;

    /// <summary>The number of that step.</summary>
    public uint Step { get; set; }

    /// <summary>The symbols of that step.</summary>
    public long[] CalleeSymbols { get; set; } = [];
}

/// <summary>One way in which a run can have gone, as far as the records that were shown tell.</summary>
internal sealed class RunPath
{
    private readonly List<DriverFrame> _frames = [];

    public RunPath(VerifiedModule module, ulong next)
    {
        Next = next;
        StateRows = new long[module.Module.States.Length];
        _frames.Add(new DriverFrame(module.Entry, [.. module.Module.Symbols.Select(static s => (long)s.Max)]));
    }

    private RunPath(RunPath other)
    {
        (Next, Step, Status, Tokens, Forks, Missing, Inputs) = (other.Next, other.Step, other.Status, other.Tokens, other.Forks, other.Missing, other.Inputs);
        (StateRows, States, History) = (other.StateRows, other.States, other.History);
        _frames.AddRange(other._frames.Select(static f => f.Clone()));
    }

    /// <summary>Index in the log of the record that comes next.</summary>
    public ulong Next { get; set; }

    /// <summary>Steps entered so far.</summary>
    public uint Step { get; set; }

    public PathStatus Status { get; set; }

    /// <summary>Rows of each state, -1 where they are not known. Never changed in place.</summary>
    public long[] StateRows { get; private set; }

    /// <summary>What was done to the states so far.</summary>
    public Chain<StateChange>? States { get; private set; }

    /// <summary>The drivers' records so far.</summary>
    public Chain<DriverRecord>? History { get; set; }

    /// <summary>Tokens emitted.</summary>
    public Chain<Scalar>? Tokens { get; set; }

    /// <summary>Records that would have told which way to go.</summary>
    public Chain<ulong>? Forks { get; set; }

    /// <summary>Records that would have told more about one that was shown.</summary>
    public Chain<ulong>? Missing { get; set; }

    /// <summary>Records of inputs that give a symbol its value and were not shown.</summary>
    public Chain<ulong>? Inputs { get; set; }

    /// <summary>The driver that runs.</summary>
    public DriverFrame Frame => _frames[^1];

    public bool IsEntry => _frames.Count == 1;

    public RunPath Clone() => new(this);

    /// <summary>Notes what was done to the states.</summary>
    public void Change(StateChange change) => (States, StateRows) = (Chain<StateChange>.Add(States, change), change.After);

    public void Enter(DriverFrame callee) => _frames.Add(callee);

    public void Leave() => _frames.RemoveAt(_frames.Count - 1);
}

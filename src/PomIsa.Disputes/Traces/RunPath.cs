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

/// <summary>One way in which a run can have gone, as far as the records that were shown tell.</summary>
internal sealed class RunPath
{
    private readonly List<DriverFrame> _frames = [];
    private DriverStretch _stretch;
    private int _entered;

    public RunPath(VerifiedModule module, DriverOp?[] entry, ulong next)
    {
        Next = next;
        StateRows = new long[module.Module.States.Length];
        InputRows = [.. module.Module.Inputs.Select(static _ => -1L)];
        (Stretches, Writes, Popped, Steps, States, Tokens) = (new(), new(), new(), new(), new(), new());
        Frame = new DriverFrame(Scope(module.Entry, [.. module.Module.Symbols.Select(static s => (long)s.Max)]), entry);
        _frames.Add(Frame);
    }

    private RunPath(RunPath other)
    {
        (Next, Shown, Step, Status, Forks, Missing, Inputs) = (other.Next, other.Shown, other.Step, other.Status, other.Forks, other.Missing, other.Inputs);
        (StateRows, InputRows, End, _stretch, _entered) = ([.. other.StateRows], other.InputRows, other.End, other._stretch, other._entered);
        (Stretches, Writes, Popped) = (other.Stretches.Fork(), other.Writes.Fork(), other.Popped.Fork());
        (Steps, States, Tokens) = (other.Steps.Fork(), other.States.Fork(), other.Tokens.Fork());
        _frames.AddRange(other._frames.Select(static f => f.Clone()));
        Frame = _frames[^1];
    }

    /// <summary>Index in the log of the record that comes next.</summary>
    public ulong Next { get; set; }

    /// <summary>Index of the record shown that comes next, or one before <see cref="Next"/> where that must be looked up.</summary>
    public ulong Shown { get; set; }

    /// <summary>Steps entered so far.</summary>
    public uint Step { get; set; }

    public PathStatus Status { get; set; }

    /// <summary>Rows of each state, -1 where they are not known.</summary>
    public long[] StateRows { get; }

    /// <summary>Rows of each input, -1 where no record has told them. Never changed in place.</summary>
    public long[] InputRows { get; private set; }

    /// <summary>The drivers' records so far.</summary>
    public Trail<DriverStretch> Stretches { get; }

    /// <summary>Behind the last of the drivers' records.</summary>
    public ulong End { get; private set; }

    /// <summary>Writes to drivers' registers so far.</summary>
    public Trail<RegisterWrite> Writes { get; }

    /// <summary>What <c>token</c> and <c>sample</c> popped.</summary>
    public Trail<PoppedScalar> Popped { get; }

    /// <summary>Steps called so far.</summary>
    public Trail<CalledStep> Steps { get; }

    /// <summary>What was done to the states so far.</summary>
    public Trail<StateChange> States { get; }

    /// <summary>Tokens emitted.</summary>
    public Trail<Scalar> Tokens { get; }

    /// <summary>Records that would have told which way to go.</summary>
    public Chain<ulong>? Forks { get; set; }

    /// <summary>Records that would have told more about one that was shown.</summary>
    public Chain<ulong>? Missing { get; set; }

    /// <summary>Records of inputs that give a symbol its value and were not shown.</summary>
    public Chain<ulong>? Inputs { get; set; }

    /// <summary>The driver that runs.</summary>
    public DriverFrame Frame { get; private set; }

    public bool IsEntry => _frames.Count == 1;

    public RunPath Clone() => new(this);

    /// <summary>Values that a copy of it holds, what was noted on the way aside, which copies share.</summary>
    public int Size => _frames.Sum(static frame => frame.Size) + StateRows.Length;

    /// <summary>Notes how many rows an input has, -1 where its record doesn't tell.</summary>
    public void SetInputRows(int input, long rows)
    {
        if (InputRows[input] == rows)
        {
            return;
        }

        long[] after = [.. InputRows];
        after[input] = rows;
        InputRows = after;
    }

    /// <summary>Notes that the driver's instruction has its record.</summary>
    public void Retire()
    {
        DriverFrame frame = Frame;
        if (Next != End || !ReferenceEquals(frame.Scope, _stretch.Scope) || (ulong)frame.At - (ulong)_stretch.Offset != Next - _stretch.Index)
        {
            _stretch = new DriverStretch(Next, frame.Scope, frame.At);
            Stretches.Add(_stretch);
        }

        End = ++Next;
    }

    /// <summary>Notes that the record before wrote a register of the driver that runs.</summary>
    public void Write(int register, Origin origin)
    {
        Frame.Registers[register] = origin;
        Writes.Add(new RegisterWrite(Next - 1, Frame.Scope.Frame, register, origin));
    }

    /// <summary>A driver that is entered, with its symbols.</summary>
    public DriverScope Scope(VerifiedFunction function, long[] symbols) => new(_entered++, function, symbols);

    public void Enter(DriverFrame callee)
    {
        _frames.Add(callee);
        Frame = callee;
    }

    public void Leave()
    {
        _frames.RemoveAt(_frames.Count - 1);
        Frame = _frames[^1];
    }
}

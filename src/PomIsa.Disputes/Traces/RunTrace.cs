using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Values;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>Follows a run's drivers through its log: shapes, scalars and jumps as far as some of its records tell; steps are passed over by their length.</summary>
/// <remarks>
/// What a record doesn't tell is unknown, and where a jump depends on it both ways are followed. So whatever the records that are not shown hold, the run went one
/// of the ways that are left at the end; if none is, no honest machine wrote the records that were shown.
/// </remarks>
internal sealed partial class RunTrace
{
    /// <summary>Units of work that are done at most, on all ways together: an instruction of a driver is one, what takes more memory or time is several (spec/evidence.md, chapter 14 rule 20).</summary>
    public const int MaxWork = 1 << 22;

    /// <summary>Ways that are followed at most.</summary>
    public const int MaxPaths = 1 << 16;

    private readonly VerifiedModule _module;
    private readonly DriverOp?[]?[] _code;
    private readonly CalledStepForm?[] _steps;
    private readonly long[] _unknown;
    private readonly ProvenRecords _records;
    private readonly ulong _first;
    private readonly ulong _until;
    private readonly Digest _run;
    private readonly int[]? _response;
    private readonly Stack<RunPath> _waiting = new();
    private readonly List<RunPath> _left = [];
    private readonly Scalar[] _operands = new Scalar[2];
    private readonly Scalar[] _scalars = new Scalar[2];
    private int _operandCount;
    private long _budget = MaxWork;
    private int _paths = 1;

    private RunTrace(VerifiedModule module, ProvenRecords records, ulong first, ulong until, Digest run, int[]? response)
    {
        (_module, _records, _first, _until, _run, _response) = (module, records, first, until, run, response);
        (_code, _steps) = (new DriverOp?[]?[module.Functions.Length], new CalledStepForm?[module.Functions.Length]);
        _unknown = [.. module.Module.Symbols.Select(static _ => -1L)];
    }

    /// <summary>Ways that agree with all records shown up to the last one; two are enough to know that there are several.</summary>
    public IReadOnlyList<RunPath> Left => _left;

    /// <summary>Whether following was given up before its end: then nothing is proven.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Where the last way ended that did, and why.</summary>
    public FaultFinding? Fault { get; private set; }

    /// <summary>Whether the records shown contradict the program.</summary>
    public bool IsContradiction => !IsExhausted && _left.Count == 0 && Fault is not null;

    /// <summary>The data flow, where only one way is left.</summary>
    public IRunFlow? Flow => !IsExhausted && _left.Count == 1 ? new Followed(_module, _left[0]) : null;

    /// <summary>Follows a run up to a record.</summary>
    /// <param name="module">The program.</param>
    /// <param name="records">Records of the log; the opening one among them.</param>
    /// <param name="first">Index of the run's opening record.</param>
    /// <param name="until">The last record that is looked at.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="response">Tokens that the closing record is said to bind; null where nobody says.</param>
    public static RunTrace Follow(VerifiedModule module, ProvenRecords records, ulong first, ulong until, Digest run, int[]? response = null)
    {
        var trace = new RunTrace(module, records, first, until, run, response);
        trace._waiting.Push(new RunPath(module, trace.CodeOf(module.Entry), first + 1));
        while (trace._left.Count < 2 && !trace.IsExhausted && trace._waiting.TryPop(out RunPath? path))
        {
            trace.Follow(path);
        }

        return trace;
    }

    private void Follow(RunPath path)
    {
        while (path.Status == PathStatus.Running && path.Next <= _until)
        {
            if (!TryWork(1))
            {
                return;
            }

            Execute(path);
        }

        if (path.Status is PathStatus.Halted or PathStatus.Trapped && path.Next <= _until)
        {
            End(path);
        }

        if (path.Status != PathStatus.Dead)
        {
            _left.Add(path);
        }
    }

    // Whether so many more units of work may be done.
    private bool TryWork(long units)
    {
        _budget -= units;
        IsExhausted |= _budget < 0 || _paths > MaxPaths;
        return !IsExhausted;
    }

    private DriverOp?[] CodeOf(VerifiedFunction driver) => _code[driver.Index] ??= new DriverOp?[driver.Function.Body.Length];

    // Takes what the instruction takes, says what it records, compares, and does what it does.
    private void Execute(RunPath path)
    {
        DriverFrame frame = path.Frame;
        DriverOp op = frame.Code[frame.At] ??= new DriverOp(_module, _steps, frame.Scope.Function, frame.At);
        _operandCount = op.Pops;
        for (int i = op.Pops - 1; i >= 0; i--)
        {
            _operands[i] = frame.Pop();
        }

        int scalars = Results(path, frame, op);
        if (scalars < 0)
        {
            path.Status = PathStatus.Trapped;
            return;
        }

        if (op.Symbol >= 0 ? !Input(path, frame, op) : !Match(path, frame, op.Row, [], scalars))
        {
            return;
        }

        if (op.Act == DriverAct.Emit && !IsToken(_scalars[0]))
        {
            Die(path, path.Next, FaultKind.Trap, "it emits what is no token");
            return;
        }

        for (int i = op.FirstPushed; i < scalars; i++)
        {
            frame.Push(_scalars[i]);
        }

        if (op.TellsPopped)
        {
            path.Popped.Add(new PoppedScalar(path.Next, _operands[0]));
        }

        path.Retire();
        Effect(path, frame, op);
    }
}

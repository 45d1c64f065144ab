using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;

namespace PomIsa.Machine.Execution;

/// <summary>Executes a verified program once, from the entry driver to its halt. Every instruction is given to the observer as it retires.</summary>
/// <remarks>Nothing is allocated by an instruction; only a function called with new dimensions takes a new frame.</remarks>
internal sealed unsafe class Interpreter : IDisposable
{
    private readonly BoundProgram _program;
    private readonly OpContext _context;
    private readonly IRetireObserver? _observer;
    private readonly IStepObserver? _stepper;
    private readonly Action<int>? _onToken;
    private readonly ulong _most;
    private readonly SymbolBinder _symbols;
    private readonly FrameCache _frames;
    private readonly NativeBuffer _arena;
    private readonly long[] _callee;
    private uint _step;
    private MachineFault _fault;

    /// <summary>Where the results of steps come from that need not be executed; null: all are.</summary>
    public IStepResults? Prepared { get; init; }

    /// <summary>Whether what steps give stays in their own registers and the driver's hold nothing: for an observer that has taken it already.</summary>
    public bool LeavesResults { get; init; }

    /// <summary>Number of a step that the program calls a single time, with empty states, whose memory those then share of which nothing is read again; -1: they last as long as the run.</summary>
    public int OnlyStep { get; init; } = -1;

    public Interpreter(BoundProgram program, RunRequest request, WorkerPool pool, IRetireObserver? observer)
    {
        observer = observer is null ? null : request.Planted?.Invoke(observer) ?? observer;
        _program = program;
        _observer = observer;
        _stepper = observer as IStepObserver;
        _symbols = new SymbolBinder(program.Module);
        _onToken = request.OnToken;
        _most = request.StopAfter ?? ulong.MaxValue;
        _context = new OpContext(program, pool, request) { KeepsSums = observer?.WantsSums == true, Choices = observer as IRowChoices };
        _arena = new NativeBuffer(checked((long)program.Verified.Bounds.ArenaBytes));
        _frames = new FrameCache(_arena.Data, _context);
        _callee = new long[program.Module.Symbols.Length];
    }

    /// <summary>Bytes of registers, as the verifier computed them.</summary>
    public long ArenaBytes => _arena.Length;

    /// <summary>Bytes of registers that the run has come to use.</summary>
    public long PeakArenaBytes => _frames.Peak;

    /// <summary>Bytes of state when full.</summary>
    public long StateBytes => _context.States.Sum(s => s.Bytes);

    /// <summary>Bytes of the kernels' scratch at most.</summary>
    public long ScratchBytes => _context.Plan.Total(_context.Pool.Threads);

    /// <summary>Instructions executed.</summary>
    public ulong Retired { get; private set; }

    /// <summary>Tensors given by <c>output</c>.</summary>
    public RunOutputs Outputs => _context.Outputs;

    /// <summary>Tokens emitted.</summary>
    public List<int> Response => _context.Response;

    /// <summary>Whether the host ends the run here: asked at each instruction of a driver, and at those of a step that compute.</summary>
    private bool IsStopped => _context.Stop.IsCancellationRequested || Retired >= _most;

    /// <summary>Runs the program to its end.</summary>
    public bool TryRun(out MachineFault fault)
    {
        PlaceStates();
        for (int i = 0; i < _callee.Length; i++)
        {
            _callee[i] = _program.Module.Symbols[i].Max;
        }

        bool ended = RunDriver(_frames.Enter(_program.Verified.Entry, 0, _callee), out _);
        fault = _fault;
        return ended;
    }

    public void Dispose()
    {
        _context.Dispose();
        _arena.Dispose();
    }

    /// <summary>States have their memory before anything runs, but for those that nothing is written to.</summary>
    private void PlaceStates()
    {
        if (OnlyStep >= 0)
        {
            StateLives.Share(_program.Module.Functions[OnlyStep], _context.States);
        }
        else if (Prepared is null)
        {
            foreach (StateBuffer state in _context.States)
            {
                state.Take();
            }
        }
    }

    /// <summary>Runs one driver; <paramref name="halted"/> tells a <c>halt</c> from a <c>ret</c>.</summary>
    private bool RunDriver(Frame frame, out bool halted)
    {
        halted = false;
        (_context.Symbols, _context.Locals) = (frame.Symbols, frame.Locals);
        int at = 0, depth = 0;
        while (true)
        {
            if (IsStopped)
            {
                return Trap(FaultCode.Stopped, frame, at);
            }

            Line line = frame.Lines[at];
            _context.Begin(line);
            if (_stepper is not null && !Begin(frame, at))
            {
                return false;
            }

            if (line.Operation is { } operation)
            {
                if (!Execute(frame, at, line, operation))
                {
                    return false;
                }

                at++;
                continue;
            }

            bool jumps = false;
            switch (line.Row.Code)
            {
                case Opcode.Halt:
                case Opcode.Ret:
                    halted = line.Row.Code == Opcode.Halt;
                    return Retire(frame, at);
                case Opcode.Call:
                    if (!Retire(frame, at) || !Call(frame, line, out halted))
                    {
                        return false;
                    }

                    if (halted)
                    {
                        return true;
                    }

                    (_context.Symbols, _context.Locals) = (frame.Symbols, frame.Locals);
                    at++;
                    continue;
                case Opcode.Loop:
                    long rounds = _context.Pop();
                    if (rounds < 0 || rounds > line.Operands[line.Immediates].U32)
                    {
                        return Trap(FaultCode.LoopBound, frame, at);
                    }

                    jumps = rounds == 0;
                    if (!jumps)
                    {
                        frame.Loops[depth++] = rounds;
                    }

                    break;
                case Opcode.Brk:
                    jumps = true;
                    depth--;
                    break;
                case Opcode.BrkIf:
                    jumps = _context.Pop() != 0;
                    depth -= jumps ? 1 : 0;
                    break;
                case Opcode.If:
                    jumps = _context.Pop() == 0;
                    break;
                case Opcode.Else:
                    jumps = true;
                    break;
                case Opcode.End:
                    if (line.Target >= 0) // of a loop
                    {
                        jumps = --frame.Loops[depth - 1] > 0;
                        depth -= jumps ? 0 : 1;
                    }

                    break;
                default:
                    throw new System.Diagnostics.UnreachableException($"No operation for {line.Row.Mnemonic}.");
            }

            if (!Retire(frame, at))
            {
                return false;
            }

            at = jumps ? line.Target : at + 1;
        }
    }

    private bool Execute(Frame frame, int at, Line line, Operation operation)
    {
        if (line.Row.Code == Opcode.Input)
        {
            if (!_symbols.TryBindInput(frame, at, _context.Inputs, out _fault))
            {
                return false;
            }

            frame.Review();
        }

        FaultCode code = operation(_context);
        if (code != FaultCode.None)
        {
            return Trap(code, frame, at);
        }

        if (!Retire(frame, at))
        {
            return false;
        }

        if (line.Emits)
        {
            _onToken?.Invoke((int)_context.Emitted);
        }

        return true;
    }

    private bool Call(Frame caller, Line line, out bool halted)
    {
        halted = false;
        VerifiedFunction callee = _program.Verified.Functions[line.Operands[0].Index];
        int parameters = callee.Function.ParameterCount;
        caller.Symbols.CopyTo(_callee, 0);
        Span<long> dimensions = stackalloc long[Limits.Rank];
        for (int i = 0; i < parameters; i++)
        {
            ref readonly TensorView argument = ref line.Views[1 + i];
            for (int axis = 0; axis < argument.Rank; axis++)
            {
                dimensions[axis] = argument.Dimension(axis);
            }

            callee.Bind(i, dimensions[..argument.Rank], _callee);
        }

        if (callee.Function.Kind == FunctionKind.Step && !_symbols.TryBindStates(callee, _context.States, _callee))
        {
            _fault = new MachineFault(FaultCode.StatesDisagree, callee.Index, 0);
            return false;
        }

        if (Prepared is not null && callee.Function.Kind == FunctionKind.Step)
        {
            return Take(caller, callee, line);
        }

        Frame frame = _frames.Enter(callee, caller.End, _callee);
        for (int i = 0; i < parameters; i++)
        {
            line.Views[1 + i].Raw.CopyTo(frame.Register(i).Raw);
        }

        if (!(callee.Function.Kind == FunctionKind.Driver ? RunDriver(frame, out halted) : RunStep(frame)))
        {
            return false;
        }

        for (int i = parameters; i < parameters + callee.Function.ResultCount && !LeavesResults; i++)
        {
            frame.Register(i).Raw.CopyTo(line.Views[1 + i].Raw);
        }

        return true;
    }

    /// <summary>A step whose results are there already: its instructions retire, its states grow, its results are the driver's.</summary>
    private bool Take(Frame caller, VerifiedFunction callee, Line line)
    {
        _step++;
        _symbols.Note(callee, _callee);
        int parameters = callee.Function.ParameterCount;
        if (_most - Retired < (ulong)callee.Function.Body.Length)
        {
            _fault = new MachineFault(FaultCode.Stopped, callee.Index, 0);
            return false;
        }

        if (!Prepared!.TryTake(new RetirePlace(_step, callee.Index, 0), line.Views.AsSpan(1, parameters), _symbols.Changes, out string refusal))
        {
            _fault = new MachineFault(FaultCode.Stopped, callee.Index, 0, refusal);
            return false;
        }

        _symbols.Forget();
        for (int i = 0; i < callee.Function.ResultCount; i++)
        {
            caller.Take(line.Operands[1 + parameters + i].Index, Prepared.Result(i), Prepared.Greatest(i));
        }

        Retired += (ulong)callee.Function.Body.Length;
        int rows = line.Views[1].First;
        foreach (Instruction instruction in callee.Function.Body)
        {
            if (instruction.Row.Code == Opcode.Append && !_context.States[instruction.Operands[0].Index].TrySkip(rows))
            {
                _fault = new MachineFault(FaultCode.StateFull, callee.Index, 0);
                return false;
            }
        }

        return true;
    }

    private bool RunStep(Frame frame)
    {
        _step++;
        _context.Symbols = frame.Symbols;
        _symbols.Note(frame.Function, frame.Symbols);
        Line[] lines = frame.Lines;
        for (int at = 0; at < lines.Length; at++)
        {
            Line line = lines[at];
            _context.Begin(line);
            if (_stepper is not null && !Begin(frame, at))
            {
                return false;
            }

            if (line.Operation is { } operation)
            {
                FaultCode code = IsStopped ? FaultCode.Stopped : operation(_context);
                if (code != FaultCode.None)
                {
                    return Trap(code, frame, at);
                }
            }

            if (!Retire(frame, at))
            {
                return false;
            }
        }

        return true;
    }

    private bool Begin(Frame frame, int at)
    {
        bool goesOn = _stepper!.TryBegin(new RetirePlace(_step, frame.Function.Index, at), frame, _context, out string refusal);
        if (!goesOn)
        {
            _fault = new MachineFault(FaultCode.Stopped, frame.Function.Index, at, refusal);
        }

        return goesOn;
    }

    private bool Retire(Frame frame, int at)
    {
        Retired++;
        if (_observer is null)
        {
            _symbols.Forget();
            return true;
        }

        var place = new RetirePlace(_step, frame.Function.Index, at);
        bool taken = _observer.TryRetire(place, _context, _symbols.Changes, out string refusal);
        _symbols.Forget();
        if (!taken)
        {
            _fault = new MachineFault(FaultCode.Stopped, frame.Function.Index, at, refusal);
        }

        return taken;
    }

    private bool Trap(FaultCode code, Frame frame, int at)
    {
        _fault = new MachineFault(code, frame.Function.Index, at);
        return false;
    }
}

using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Operations;

namespace PomIsa.Machine.Execution;

/// <summary>Executes a verified program once, from the entry driver to its halt. Every instruction is given to the observer as it retires.</summary>
internal sealed unsafe class Interpreter : IDisposable
{
    private readonly BoundProgram _program;
    private readonly OpContext _context;
    private readonly IRetireObserver? _observer;
    private readonly CancellationToken _stop;
    private readonly Action<int>? _onToken;
    private readonly SymbolBinder _symbols;
    private readonly Dictionary<(int Function, long Key), StepPlan> _plans = [];
    private readonly byte* _arena;
    private uint _step;
    private MachineFault _fault;

    public Interpreter(BoundProgram program, RunRequest request, WorkerPool pool, IRetireObserver? observer)
    {
        _program = program;
        _observer = observer;
        _symbols = new SymbolBinder(program.Module);
        _stop = request.Stop;
        _onToken = request.OnToken;
        _context = new OpContext(program, pool, request.Prompt);
        ArenaBytes = checked((long)program.Verified.Bounds.ArenaBytes);
        _arena = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(ArenaBytes, ArenaPlan.Alignment), ArenaPlan.Alignment);
    }

    ~Interpreter() => NativeMemory.AlignedFree(_arena);

    /// <summary>Bytes of registers, as the verifier computed them.</summary>
    public long ArenaBytes { get; }

    /// <summary>Bytes of state when full.</summary>
    public long StateBytes => _context.States.Sum(s => s.Bytes);

    /// <summary>Instructions executed.</summary>
    public ulong Retired { get; private set; }

    /// <summary>Tokens emitted.</summary>
    public List<int> Response => _context.Response;

    /// <summary>Runs the program to its end.</summary>
    public bool TryRun(out MachineFault fault)
    {
        VerifiedFunction entry = _program.Verified.Entry;
        for (int i = 0; i < _program.Module.Symbols.Length; i++)
        {
            _context.Symbols[i] = _program.Module.Symbols[i].Max;
        }

        var driver = new Driver(entry, 0, (long[])_context.Symbols.Clone());
        bool ended = RunDriver(driver, out _);
        fault = _fault;
        return ended;
    }

    public void Dispose()
    {
        _context.Dispose();
        NativeMemory.AlignedFree(_arena);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs one driver; <paramref name="halted"/> tells a <c>halt</c> from a <c>ret</c>.</summary>
    private bool RunDriver(Driver driver, out bool halted)
    {
        halted = false;
        Function function = driver.Function.Function;
        var loops = new Stack<long>();
        (_context.Symbols, _context.Locals) = (driver.Symbols, driver.Locals);
        int at = 0;
        while (true)
        {
            if (_stop.IsCancellationRequested)
            {
                return Trap(FaultCode.Stopped, driver.Function.Index, at);
            }

            Instruction instruction = function.Body[at];
            if (OperationTable.Of(instruction.Row) is { } operation)
            {
                if (!Execute(driver, at, instruction, operation))
                {
                    return false;
                }

                at++;
                continue;
            }

            int target = driver.Function.Targets[at];
            switch (instruction.Row.Code)
            {
                case Opcode.Halt:
                    halted = true;
                    return Retire(driver.Function.Index, at, instruction);
                case Opcode.Ret:
                    return Retire(driver.Function.Index, at, instruction);
                case Opcode.Call:
                    if (!Retire(driver.Function.Index, at, instruction) || !Call(driver, instruction, out halted))
                    {
                        return false;
                    }

                    if (halted)
                    {
                        return true;
                    }

                    (_context.Symbols, _context.Locals) = (driver.Symbols, driver.Locals);
                    at++;
                    break;
                case Opcode.Loop:
                    long rounds = _context.Pop();
                    if (rounds < 0 || rounds > instruction.Immediate(0).U32)
                    {
                        return Trap(FaultCode.LoopBound, driver.Function.Index, at);
                    }

                    if (!Retire(driver.Function.Index, at, instruction))
                    {
                        return false;
                    }

                    if (rounds > 0)
                    {
                        loops.Push(rounds);
                    }

                    at = rounds > 0 ? at + 1 : target;
                    break;
                case Opcode.Brk or Opcode.BrkIf or Opcode.If or Opcode.Else or Opcode.End:
                    bool jump = instruction.Row.Code switch
                    {
                        Opcode.Brk or Opcode.Else => true,
                        Opcode.BrkIf => _context.Pop() != 0,
                        Opcode.If => _context.Pop() == 0,
                        _ => target >= 0 && AnotherRound(loops),
                    };
                    if (!Retire(driver.Function.Index, at, instruction))
                    {
                        return false;
                    }

                    if (jump && (instruction.Row.Code is Opcode.Brk or Opcode.BrkIf))
                    {
                        loops.Pop();
                    }

                    at = jump ? target : at + 1;
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException($"No operation for {instruction.Row.Mnemonic}.");
            }
        }
    }

    private static bool AnotherRound(Stack<long> loops)
    {
        long left = loops.Pop() - 1;
        if (left > 0)
        {
            loops.Push(left);
        }

        return left > 0;
    }

    private bool Execute(Driver driver, int at, in Instruction instruction, Operation operation)
    {
        if (instruction.Row.Code == Opcode.Input && !_symbols.TryBindInput(driver, at, instruction, _context.Prompt.Length, out _fault))
        {
            return false;
        }

        for (int i = 0; i < instruction.Row.Operands.Length; i++)
        {
            if (instruction.Row.Operands[i].Kind == OperandKind.Register)
            {
                _context.SetView(i, driver.View(_arena, instruction.Operands[i].Index));
            }
        }

        _context.Begin(instruction);
        FaultCode code = operation(_context);
        if (code != FaultCode.None)
        {
            return Trap(code, driver.Function.Index, at);
        }

        if (!Retire(driver.Function.Index, at, instruction))
        {
            return false;
        }

        if (instruction.Row.Mnemonic == "emit")
        {
            _onToken?.Invoke((int)_context.Emitted);
        }

        return true;
    }

    private bool Call(Driver caller, in Instruction instruction, out bool halted)
    {
        halted = false;
        VerifiedFunction callee = _program.Verified.Functions[instruction.Operands[0].Index];
        int parameters = callee.Function.ParameterCount;
        long calleeBase = caller.Base + (long)caller.Plan.TotalBytes;
        var symbols = (long[])caller.Symbols.Clone();
        Span<long> dimensions = stackalloc long[Limits.Rank];
        for (int i = 0; i < parameters; i++)
        {
            TensorView argument = caller.View(_arena, instruction.Operands[1 + i].Index);
            for (int axis = 0; axis < argument.Rank; axis++)
            {
                dimensions[axis] = argument.Dimension(axis);
            }

            callee.Bind(i, dimensions[..argument.Rank], symbols);
        }

        if (callee.Function.Kind == FunctionKind.Driver)
        {
            var driver = new Driver(callee, calleeBase, symbols);
            caller.Give(_arena, instruction, parameters, index => driver.View(_arena, index));
            if (!RunDriver(driver, out halted))
            {
                return false;
            }

            caller.Take(_arena, instruction, callee.Function, index => driver.View(_arena, index));
            return true;
        }

        if (!_symbols.TryBindStates(callee, _context.States, symbols))
        {
            return Trap(FaultCode.StatesDisagree, callee.Index, 0);
        }

        StepPlan plan = PlanOf(callee, symbols, calleeBase);
        caller.Give(_arena, instruction, parameters, index => plan.Views[index]);
        if (!RunStep(plan, symbols))
        {
            return false;
        }

        caller.Take(_arena, instruction, callee.Function, index => plan.Views[index]);
        return true;
    }

    private StepPlan PlanOf(VerifiedFunction callee, long[] symbols, long calleeBase)
    {
        // Registers of a step depend on its parameters' symbols alone; one plan serves every step with as many tokens.
        long key = calleeBase;
        foreach (int symbol in callee.ParameterSymbols)
        {
            key = (key * 1_000_003) + symbols[symbol];
        }

        if (!_plans.TryGetValue((callee.Index, key), out StepPlan? plan) || !plan.Fits(symbols))
        {
            plan = new StepPlan(callee, symbols, _arena + calleeBase);
            _plans[(callee.Index, key)] = plan;
        }

        return plan;
    }

    private bool RunStep(StepPlan plan, long[] symbols)
    {
        _step++;
        _context.Symbols = symbols;
        _symbols.Note(plan.Function, symbols);
        for (int at = 0; at < plan.Code.Length; at++)
        {
            ref readonly StepPlan.Line line = ref plan.Code[at];
            if (line.Operation is { } operation)
            {
                for (int i = 0; i < line.Views.Length; i++)
                {
                    _context.SetView(i, line.Views[i]);
                }

                _context.Begin(line.Instruction);
                FaultCode code = operation(_context);
                if (code != FaultCode.None)
                {
                    return Trap(code, plan.Function.Index, at);
                }
            }

            if (!Retire(plan.Function.Index, at, line.Instruction))
            {
                return false;
            }
        }

        return true;
    }

    private bool Retire(int function, int at, in Instruction instruction)
    {
        Retired++;
        if (_observer is null)
        {
            return true;
        }

        var place = new RetirePlace(_step, function, at);
        bool taken = _observer.TryRetire(place, instruction.Row, _context, _symbols.Changes, out string refusal);
        _symbols.Forget();
        if (!taken)
        {
            _fault = new MachineFault(FaultCode.Stopped, function, at, refusal);
        }

        return taken;
    }

    private bool Trap(FaultCode code, int function, int at)
    {
        _fault = new MachineFault(code, function, at);
        return false;
    }
}

using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Reference;

/// <summary>What a run of the reference machine came to.</summary>
/// <param name="Fault">None, or what ended it.</param>
/// <param name="Function">Function of the fault.</param>
/// <param name="At">Instruction of the fault.</param>
/// <param name="Records">Records of all retires, in order.</param>
/// <param name="LastCommit">Records up to the last <c>commit</c>.</param>
/// <param name="EvidenceBytes">Of these records, as if that of each product held a commitment.</param>
internal sealed record RefRun(
    FaultCode Fault, int Function, int At, List<byte[]> Records, int LastCommit, List<int> Tokens, ulong Retires, ulong Work, ulong EvidenceBytes,
    long StateBytes, Dictionary<string, long> Executed, Dictionary<int, RefTensor> Outputs);

/// <summary>
/// Chapter 5 of spec/bytecode.md read aloud: one instruction after the other, one value at a time, over the scalar
/// functions of <c>PomIsa.Kernels.Reference</c>. It shares the instruction table and the format of records with the machine, nothing else.
/// </summary>
internal sealed class RefMachine
{
    private readonly Digest _run;
    private readonly List<byte[]> _records = [];
    private readonly List<SymbolChange> _changes = [];
    private readonly Dictionary<string, long> _executed = new(StringComparer.Ordinal);
    private int _lastCommit;
    private uint _step;
    private ulong _work;
    private ulong _evidence;
    private (FaultCode Code, int Function, int At) _fault;

    private RefMachine(FuzzProgram program, Digest run)
    {
        (Program, _run) = (program, run);
        States = [.. program.Module.States.Select(s => new RefState(s))];
    }

    public FuzzProgram Program { get; }

    public RefState[] States { get; }

    public List<int> Tokens { get; } = [];

    /// <summary>What the run gives besides tokens, by number.</summary>
    public Dictionary<int, RefTensor> Outputs { get; } = [];

    public static RefRun Run(FuzzProgram program, Digest run = default)
    {
        var machine = new RefMachine(program, run);
        Function entry = program.Module.Functions[program.Module.Entry];
        machine.Driver(new RefFrame(entry, program.Module.Entry, [.. program.Module.Symbols.Select(static s => (long)s.Max)]), out _);
        return new RefRun(
            machine._fault.Code, machine._fault.Function, machine._fault.At, machine._records, machine._lastCommit, machine.Tokens,
            (ulong)machine._records.Count, machine._work, machine._evidence, machine.States.Sum(static s => (long)s.RowBytes * s.Entry.MaxRows), machine._executed, machine.Outputs);
    }

    /// <summary>Gives the driver's symbol its value; its record names it.</summary>
    public void Bind(RefFrame frame, int symbol, long value)
    {
        frame.Symbols[symbol] = value;
        _changes.Add(new SymbolChange((byte)symbol, (uint)value));
    }

    private bool Driver(RefFrame frame, out bool halted)
    {
        halted = false;
        var loops = new Stack<(int Start, int End, long Left)>();
        for (int at = 0; ; at++)
        {
            Instruction instruction = frame.Function.Body[at];
            switch (instruction.Row.Mnemonic)
            {
                case "halt" or "ret":
                    Retire(frame, at, new RefContext(this, frame, instruction));
                    halted = instruction.Row.Mnemonic == "halt";
                    return true;
                case "call":
                    Retire(frame, at, new RefContext(this, frame, instruction));
                    if (!Call(frame, instruction, out halted))
                    {
                        return false;
                    }

                    if (halted)
                    {
                        return true;
                    }

                    continue;
                case "loop":
                    long rounds = Pop(frame);
                    if (rounds < 0 || rounds > instruction.Operands[0].U32)
                    {
                        return Trap(FaultCode.LoopBound, frame, at);
                    }

                    int end = Matching(frame.Function, at);
                    Retire(frame, at, new RefContext(this, frame, instruction));
                    if (rounds == 0)
                    {
                        at = end;
                    }
                    else
                    {
                        loops.Push((at, end, rounds));
                    }

                    continue;
                case "brk" or "brk_if":
                    bool leaves = instruction.Row.Mnemonic == "brk" || Pop(frame) != 0;
                    Retire(frame, at, new RefContext(this, frame, instruction));
                    at = leaves ? loops.Pop().End : at;
                    continue;
                case "if":
                    bool holds = Pop(frame) != 0;
                    Retire(frame, at, new RefContext(this, frame, instruction));
                    at = holds ? at : Else(frame.Function, at) is >= 0 and var other ? other : Matching(frame.Function, at);
                    continue;
                case "else":
                    Retire(frame, at, new RefContext(this, frame, instruction));
                    at = Matching(frame.Function, at);
                    continue;
                case "end":
                    Retire(frame, at, new RefContext(this, frame, instruction));
                    if (loops.TryPeek(out (int Start, int End, long Left) loop) && loop.End == at)
                    {
                        loops.Pop();
                        if (loop.Left > 1)
                        {
                            loops.Push(loop with { Left = loop.Left - 1 });
                            at = loop.Start;
                        }
                    }

                    continue;
                default:
                    if (!Execute(frame, at, instruction))
                    {
                        return false;
                    }

                    continue;
            }
        }
    }

    private bool Step(RefFrame frame)
    {
        _step++;
        _changes.Clear();
        foreach (int symbol in frame.Function.Parameters.ToArray().SelectMany(static p => p.Shape).Where(static d => d.IsSymbol).Select(static d => d.Symbol)
            .Concat(StateSymbols(frame.Function)).Distinct().Order())
        {
            _changes.Add(new SymbolChange((byte)symbol, (uint)frame.Symbols[symbol]));
        }

        for (int at = 0; at < frame.Function.Body.Length; at++)
        {
            Instruction instruction = frame.Function.Body[at];
            if (instruction.Row.Code == Opcode.Ret)
            {
                Retire(frame, at, new RefContext(this, frame, instruction));
            }
            else if (!Execute(frame, at, instruction))
            {
                return false;
            }
        }

        return true;
    }

    private bool Execute(RefFrame frame, int at, Instruction instruction)
    {
        var context = new RefContext(this, frame, instruction);
        FaultCode code = RefOperations.Of(instruction.Row)(context);
        if (code != FaultCode.None)
        {
            return Trap(code, frame, at);
        }

        int next = 0;
        for (int i = 0; i < instruction.Row.Operands.Length; i++)
        {
            if (instruction.Row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Write })
            {
                frame.Registers[instruction.Operands[i].Index] = context.Written[next++];
            }
        }

        frame.Stack.AddRange(context.Pushed);
        Retire(frame, at, context);
        if (instruction.Row.Mnemonic == "commit")
        {
            _lastCommit = _records.Count;
        }

        return true;
    }

    private bool Call(RefFrame caller, Instruction call, out bool halted)
    {
        halted = false;
        int index = call.Operands[0].Index;
        Function callee = Program.Module.Functions[index];
        long[] symbols = [.. caller.Symbols];
        for (int i = 0; i < callee.ParameterCount; i++)
        {
            RefTensor argument = caller.Registers[call.Operands[1 + i].Index]!;
            for (int axis = 0; axis < argument.Rank; axis++)
            {
                Dim dim = callee.Registers[i].Shape[axis];
                if (dim.IsSymbol)
                {
                    symbols[dim.Symbol] = argument.Shape[axis];
                }
            }
        }

        foreach (int symbol in StateSymbols(callee))
        {
            int[] rows = [.. States.Where(s => s.Entry.Symbol == symbol).Select(static s => s.Rows).Distinct()];
            if (rows.Length > 1)
            {
                _fault = (FaultCode.StatesDisagree, index, 0);
                return false;
            }

            symbols[symbol] = rows[0];
        }

        var frame = new RefFrame(callee, index, symbols);
        for (int i = 0; i < callee.ParameterCount; i++)
        {
            frame.Registers[i] = caller.Registers[call.Operands[1 + i].Index];
        }

        if (!(callee.Kind == FunctionKind.Driver ? Driver(frame, out halted) : Step(frame)))
        {
            return false;
        }

        for (int i = 0; i < callee.ResultCount && !halted; i++)
        {
            caller.Registers[call.Operands[1 + callee.ParameterCount + i].Index] = frame.Registers[callee.ParameterCount + i];
        }

        return true;
    }

    private IEnumerable<int> StateSymbols(Function function) => function.Kind != FunctionKind.Step ? [] : function.Body
        .SelectMany(i => i.Row.Operands.Select((o, n) => (o.Kind, i.Operands[n].Index)).Where(static o => o.Kind == OperandKind.State))
        .Select(o => Program.Module.States[o.Index].Symbol).Distinct();

    private void Retire(RefFrame frame, int at, RefContext context)
    {
        OpcodeRow row = frame.Function.Body[at].Row;
        _executed[row.Mnemonic] = _executed.GetValueOrDefault(row.Mnemonic) + 1;
        _work += context.Work;
        var head = new RetireHead(_run, (ulong)_records.Count + 1, _step, (ushort)frame.Index, (uint)at, row.Code);
        long[] scalars = [.. context.Pushed];
        if (row.Mnemonic == "emit")
        {
            scalars = [Tokens[^1]];
        }

        bool isHeld = RefOrigins.Retire(frame, frame.Function.Body[at]);
        Digest[] commitments = !isHeld ? [] : row.Mnemonic switch
        {
            "linear.w8" or "linear.w4" => [Commit(context.Quantized.Scales, context.Quantized.Integers, context.Quantized.Rows, context.Quantized.Columns)],
            "matmul" or "matmul.i8" or "conv" => [Commit(context.In(1))],
            "output" => [Commit(context.In(0))],
            _ => [],
        };
        var entry = new byte[RecordWriter.RetireBytes(_changes.Count, commitments.Length, scalars.Length)];
        _ = scalars.Length > 0
            ? RecordWriter.WriteRetire(entry, head, CollectionsMarshal.AsSpan(_changes), scalars)
            : RecordWriter.WriteRetire(entry, head, CollectionsMarshal.AsSpan(_changes), commitments);
        _records.Add(entry);
        _evidence += (ulong)(entry.Length + (isHeld ? 0 : Digest.Size));
        _changes.Clear();
    }

    private static Digest Commit(RefTensor tensor) => Commitment.Of((byte)tensor.Element, tensor.Shape, tensor.Raw);

    private static Digest Commit(float[] scales, sbyte[] integers, int rows, int columns)
    {
        var bytes = new List<byte>();
        for (int t = 0; t < rows; t++)
        {
            bytes.AddRange(BitConverter.GetBytes(scales[t]));
            bytes.AddRange(MemoryMarshal.AsBytes(integers.AsSpan(t * columns, columns)));
        }

        return Commitment.Of(Commitment.QuantizedRows, [rows, columns], [.. bytes]);
    }

    private static long Pop(RefFrame frame)
    {
        long top = frame.Stack[^1];
        frame.Stack.RemoveAt(frame.Stack.Count - 1);
        return top;
    }

    private bool Trap(FaultCode code, RefFrame frame, int at)
    {
        _fault = (code, frame.Index, at);
        return false;
    }

    /// <summary>The end of the block that an instruction stands at the start of, or in the middle of.</summary>
    private static int Matching(Function function, int from)
    {
        int depth = 0;
        for (int at = from + 1; ; at++)
        {
            switch (function.Body[at].Row.Mnemonic)
            {
                case "loop" or "if":
                    depth++;
                    break;
                case "end" when depth-- == 0:
                    return at;
            }
        }
    }

    private static int Else(Function function, int from)
    {
        int depth = 0;
        for (int at = from + 1; ; at++)
        {
            switch (function.Body[at].Row.Mnemonic)
            {
                case "loop" or "if":
                    depth++;
                    break;
                case "else" when depth == 0:
                    return at;
                case "end" when depth-- == 0:
                    return -1;
            }
        }
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Conformance.Protocol;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Weights;

namespace PomIsa.Conformance.Running;

/// <summary>Executes one opcode on given operands, through the machine's own table of operations and its attester.</summary>
internal sealed unsafe class Execution : IDisposable
{
    /// <summary>What a register that is to be written holds before: no result may depend on it.</summary>
    private const byte Garbage = 0xa5;

    private readonly OpcodeCase _case;
    private readonly OpcodeRow _row;
    private readonly GuardedMemory _memory = new();
    private readonly TensorType?[] _types;
    private readonly TensorView[] _views;
    private readonly Instruction _instruction;

    private Execution(OpcodeCase one)
    {
        (_case, _row) = (one, one.Row);
        int count = _row.Operands.Length, reads = 0, writes = 0;
        (_types, _views) = (new TensorType?[count], new TensorView[count]);
        var indices = new Dictionary<OperandKind, int>();
        var operands = ImmutableArray.CreateBuilder<Operand>();
        for (int i = 0; i < count; i++)
        {
            OperandRow operand = _row.Operands[i];
            if (operand.Kind == OperandKind.Register)
            {
                Place(i, operand.Effect == Effect.Read ? one.Reads[reads++] : Unwritten(one.Into[writes++]));
                operands.Add(Operand.Of(i));
                continue;
            }

            int index = indices.GetValueOrDefault(operand.Kind);
            indices[operand.Kind] = index + 1;
            operands.Add(Operand.Of(index));
        }

        operands.AddRange(one.Immediates);
        _instruction = new Instruction(_row, operands.ToImmutable());
    }

    /// <summary>Executes a case. Where the row works in place, it must give the same with the result over each operand of its type.</summary>
    /// <exception cref="RequestException">The operands do not fit together.</exception>
    /// <exception cref="MachineBugException">A bug of the machine.</exception>
    public static OpcodeOutcome Run(OpcodeCase one, WorkerPool pool)
    {
        OpcodeOutcome outcome = Run(one, pool, over: -1);
        for (int i = 0; one.Row.InPlace && outcome.Trap == FaultCode.None && i < one.Row.Operands.Length; i++)
        {
            if (MayLieOver(one, i) && !Same(outcome, Run(one, pool, over: i)))
            {
                throw new MachineBugException($"The result differs where it is written over operand {i}.");
            }
        }

        return outcome;
    }

    public void Dispose() => _memory.Dispose();

    private static OpcodeOutcome Run(OpcodeCase one, WorkerPool pool, int over)
    {
        using var execution = new Execution(one);
        return execution.Run(pool, over);
    }

    private static bool MayLieOver(OpcodeCase one, int operand)
    {
        if (one.Row.Operands[operand] is not { Kind: OperandKind.Register, Effect: Effect.Read })
        {
            return false;
        }

        Tensor read = one.Reads[one.Row.Operands.Take(operand).Count(o => o is { Kind: OperandKind.Register, Effect: Effect.Read })];
        return read.Element == one.Into[0].Element && read.Shape.AsSpan().SequenceEqual(one.Into[0].Shape);
    }

    private static bool Same(OpcodeOutcome a, OpcodeOutcome b) =>
        a.Writes.Zip(b.Writes).All(static p => p.First.Raw.AsSpan().SequenceEqual(p.Second.Raw)) && a.Commitments.SequenceEqual(b.Commitments);

    private OpcodeOutcome Run(WorkerPool pool, int over)
    {
        Module module = ModuleOf();
        if (!Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults))
        {
            throw new RequestException(FaultText.Describe(faults[0], module));
        }

        OperandTypes.Check(module, _instruction, _types);
        using var program = new BoundProgram(verified, null, null, [.. module.Weights.Select((entry, i) => StoredWeight.Bind(entry, StoredWeight.Bytes(entry, _case.Weights[i]), _memory))]);
        using var context = new OpContext(program, pool, new RunRequest { Inputs = _case.Inputs, Sampling = _case.Sampling }) { KeepsSums = true };
        Fill(context);
        TensorView[] views = [.. _views.Select((view, i) => over >= 0 && _row.Operands[i].Effect == Effect.Write ? _views[over] : view)];
        var line = new Line(_instruction, context, views);
        context.Begin(line);
        FaultCode code = line.Operation!(context);
        _memory.Check();
        return code != FaultCode.None ? new OpcodeOutcome { Trap = code } : Outcome(context, views);
    }

    private void Fill(OpContext context)
    {
        for (int i = 0; i < _case.States.Length; i++)
        {
            context.States[i].TryAppend(_case.States[i].Raw);
        }

        for (int i = 0; i < _case.Symbols.Length; i++)
        {
            context.Symbols[i] = _case.Symbols[i];
        }

        foreach (long scalar in _case.Stack)
        {
            context.Push(scalar);
        }
    }

    private OpcodeOutcome Outcome(OpContext context, TensorView[] views)
    {
        var writes = new List<Tensor>();
        for (int i = 0; i < views.Length; i++)
        {
            if (_row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Write })
            {
                writes.Add(new Tensor(views[i].Element, _case.Into[writes.Count].Shape, views[i].Raw.ToArray()));
            }
        }

        int kept = _case.Stack.Length - _row.Pops;
        if (context.Depth != kept + _row.Pushes || !context.Stack.AsSpan(0, kept).SequenceEqual(_case.Stack.AsSpan(0, kept)))
        {
            throw new MachineBugException("The stack is not as deep as it must be, or changed below what was popped.");
        }

        Retire retire = RetireOf(context);
        long[] pushes = context.Top(_row.Pushes).ToArray();
        long[] recorded = _row.Emits > 0 ? [context.Emitted] : pushes;
        if (!retire.Scalars.AsSpan().SequenceEqual(recorded))
        {
            throw new MachineBugException("The record does not hold the scalars.");
        }

        var outputs = new CommitmentBatch();
        OutputCommitments.Add(context, outputs);
        var commitments = new Digest[outputs.Count];
        outputs.Flush(commitments);
        return new OpcodeOutcome
        {
            Writes = [.. writes],
            Pushes = recorded,
            States = [.. _case.States.Select((state, i) => state with { Raw = RowsOf(context.States[i], state) })],
            Product = context.Product is { Kind: not 0 } product ? new Product(product.Scales.ToArray(), product.Sums.ToArray()) : null,
            Outputs = [.. context.Outputs.ToImmutable()],
            Commitments = [.. commitments.Select(static d => d.ToString())],
        };
    }

    private static byte[] RowsOf(StateBuffer buffer, StateRows state) => buffer.Raw[..(buffer.Rows * state.RowBytes)].ToArray();

    private static Retire RetireOf(OpContext context)
    {
        var sink = new RecordList();
        using var attester = new Attester(default, sink, context.Pool);
        return attester.TryRetire(default, context, [], out _) && attester.TryFlush(out _)
            && sink.Entries is [var entry] && Evidence.Records.Record.TryDecode(entry, out Evidence.Records.Record record, out _) && record is Retire retire
                ? retire
                : throw new MachineBugException("There is not exactly one record of the instruction.");
    }

    private Module ModuleOf() => new()
    {
        Symbols = [.. _case.Symbols.Select(static _ => new SymbolEntry(Limits.SymbolMaximum)), new SymbolEntry(Limits.SymbolMaximum)],
        Weights = [.. _row.Operands.Where(static o => o.Kind == OperandKind.Weight).Select((o, i) => new WeightEntry(
            $"w{i}", _case.Weights[i].Values.Element, [.. _case.Weights[i].Values.Shape], o.Layout))],
        States = [.. _case.States.Select(s => new StateEntry(s.Element, [.. s.Row], _case.Symbols.Length, s.Max))],
        Functions = [new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [], Body = [Instruction.Of("halt")] }],
    };

    private static Tensor Unwritten((DType Element, int[] Shape) type)
    {
        var raw = new byte[Tensor.Count(type.Shape) * Tensor.SizeOf(type.Element)];
        Array.Fill(raw, Garbage);
        return new Tensor(type.Element, type.Shape, raw);
    }

    private void Place(int operand, Tensor tensor)
    {
        _types[operand] = tensor.Type;
        _views[operand] = new TensorView(_memory.Keep(tensor.Raw), tensor.Type, []);
    }
}

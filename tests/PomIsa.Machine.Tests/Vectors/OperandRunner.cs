using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Weights;
using PomIsa.Shards;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Executes one opcode on the operands of a case, through the machine's own table and attester.</summary>
internal sealed unsafe class OperandRunner : IDisposable
{
    private const int StateSymbolMax = 1 << 12;

    private readonly OperandCase _case;
    private readonly OpcodeRow _row;
    private readonly List<Buffer> _memory = [];
    private readonly TensorType?[] _types;
    private readonly TensorView[] _views;
    private readonly Buffer?[] _registers;
    private readonly Instruction _instruction;

    private OperandRunner(OpcodeRow row, OperandCase one)
    {
        (_row, _case) = (row, one);
        int count = row.Operands.Length, reads = 0, writes = 0;
        (_types, _views, _registers) = (new TensorType?[count], new TensorView[count], new Buffer?[count]);
        var indices = new Dictionary<OperandKind, int>();
        var operands = ImmutableArray.CreateBuilder<Operand>();
        for (int i = 0; i < count; i++)
        {
            OperandKind kind = row.Operands[i].Kind;
            if (kind == OperandKind.Register)
            {
                bool read = row.Operands[i].Effect == Effect.Read;
                Place(i, read ? one.Reads[reads++] : Empty(writes++));
                operands.Add(Operand.Of(i));
                continue;
            }

            int index = indices.GetValueOrDefault(kind);
            indices[kind] = index + 1;
            operands.Add(Operand.Of(index));
        }

        operands.AddRange(one.Immediates.Select(i => new Operand(i.Bits)));
        _instruction = new Instruction(row, operands.ToImmutable());
        Assert.Equal(row.OperandCount, operands.Count);
        Assert.Equal(row.Immediates.Select(i => i.Kind), one.Immediates.Select(i => i.Kind));
        Assert.Equal((one.Reads.Length, Math.Max(one.Writes.Length, one.Into.Length)), (reads, writes));
    }

    /// <summary>Checks the case, and where the row works in place, checks it with the result over each operand of its shape too.</summary>
    /// <param name="records">Takes the record of the first.</param>
    public static void Check(OpcodeRow row, OperandCase one, WorkerPool pool, IRecordSink? records = null)
    {
        Run(row, one, pool, over: -1, records);
        int read = 0;
        for (int i = 0; row.InPlace && !one.IsRejection && i < row.Operands.Length; i++)
        {
            if (row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Read } && one.Reads[read++].Shape.AsSpan().SequenceEqual(one.Writes[0].Shape) && one.Reads[read - 1].Element == one.Writes[0].Element)
            {
                Run(row, one, pool, over: i);
            }
        }
    }

    public void Dispose() => _memory.ForEach(static m => m.Dispose());

    private static void Run(OpcodeRow row, OperandCase one, WorkerPool pool, int over, IRecordSink? records = null)
    {
        using var runner = new OperandRunner(row, one);
        runner.Run(pool, over, records);
    }

    private void Run(WorkerPool pool, int over, IRecordSink? records)
    {
        Module module = ModuleOf();
        Assert.True(Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults), string.Join('\n', faults));
        using BoundProgram program = new(verified, null, null, [.. module.Weights.Select((entry, i) => Store(entry, _case.Weights[i]))]);
        using var context = new OpContext(program, pool, new RunRequest { Inputs = Given() });
        for (int i = 0; i < _case.States.Length; i++)
        {
            Assert.True(context.States[i].TryAppend(new Tensor(_case.States[i].Element, [], _case.States[i].Bits).Raw()));
        }

        for (int i = 0; i < _case.Symbols.Length; i++)
        {
            context.Symbols[i] = _case.Symbols[i].Value;
        }

        foreach (long scalar in _case.Stack)
        {
            context.Push(scalar);
        }

        CheckTypes(module);
        TensorView[] views = [.. _views.Select((view, i) => over >= 0 && _row.Operands[i].Effect == Effect.Write ? _views[over] : view)];
        var line = new Line(_instruction, context, views);
        context.Begin(line);
        FaultCode code = line.Operation!(context);
        Assert.Equal(_case.Trap, code);
        if (code == FaultCode.None)
        {
            CheckOutcome(context, over);
            CheckRecord(context, records);
        }

        _memory.ForEach(static m => m.CheckGuard());
    }

    private ImmutableArray<InputTensor> Given()
    {
        int[] prompt = _case.Prompt ?? [];
        return [new InputTensor(DType.I32, [prompt.Length], [.. MemoryMarshal.AsBytes(prompt.AsSpan())])];
    }

    private void CheckOutcome(OpContext context, int over)
    {
        int written = 0;
        for (int i = 0; i < _row.Operands.Length; i++)
        {
            if (_registers[i] is { } register && _row.Operands[i].Effect == Effect.Write)
            {
                Tensor y = _case.Writes[written++];
                Assert.Equal(Convert.ToHexString(y.Raw()), Convert.ToHexString((over >= 0 ? _registers[over]! : register).Bytes));
            }
        }

        Assert.Equal(_case.Stack.Length - _row.Pops + _row.Pushes, context.Depth);
        Assert.Equal([.. _case.Stack[..^_row.Pops], .. _case.Pushes], context.Stack[..context.Depth]);
        StateRows[] after = _case.StatesAfter ?? _case.States;
        for (int i = 0; i < after.Length; i++)
        {
            var rows = new Tensor(after[i].Element, [], after[i].Bits);
            Assert.Equal(after[i].Bits.Length / after[i].Row.Aggregate(1, static (a, b) => a * b), context.States[i].Rows);
            Assert.Equal(Convert.ToHexString(rows.Raw()), Convert.ToHexString(MemoryMarshal.AsBytes(context.States[i].F32)));
        }

        if (_case.Product is { } product)
        {
            Assert.Equal(product.Scales.Select(BitConverter.SingleToUInt32Bits), MemoryMarshal.Cast<byte, uint>(context.Product.Scales).ToArray());
            Assert.Equal(product.Sums, MemoryMarshal.Cast<byte, int>(context.Product.Sums).ToArray());
        }
    }

    /// <summary>The record of this retire holds the case's commitment, or the scalars that it pushed.</summary>
    private void CheckRecord(OpContext context, IRecordSink? records)
    {
        var sink = new RecordList(records);
        using var attester = new Attester(default, sink, context.Pool);
        Assert.True(attester.TryRetire(default, context, [], out string refusal), refusal);
        Assert.True(attester.TryFlush(out refusal), refusal);
        Retire retire = Assert.Single(sink.Retires());
        Assert.Equal(string.Join(", ", _case.Commitments), string.Join(", ", retire.Commitments));
        Assert.Equal(_case.Pushes, retire.Scalars.ToArray());
    }

    /// <summary>The verifier's rule gives the types of the result that the case states.</summary>
    private void CheckTypes(Module module)
    {
        if (_case.IsRejection || _case.Prompt is not null)
        {
            return;
        }

        var request = new InferRequest(module, _instruction, i => _types[i]);
        Assert.True(request.TryInfer(out ImmutableArray<TensorType> written), $"{request.Fault} at operand {request.FaultOperand}");
        Assert.Equal(_case.Writes.Select(TypeOf), written);
    }

    private Module ModuleOf() => new()
    {
        Symbols = [.. _case.Symbols.Select(_ => new SymbolEntry(Limits.SymbolMaximum)), new SymbolEntry(StateSymbolMax)],
        Weights = [.. _row.Operands.Where(o => o.Kind == OperandKind.Weight).Select((o, i) => new WeightEntry(
            $"w{i}", _case.Weights[i].Values.Element, [.. _case.Weights[i].Values.Shape], o.Layout))],
        States = [.. _case.States.Select(s => new StateEntry(s.Element, [.. s.Row], _case.Symbols.Length, s.Max))],
        Functions = [new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [], Body = [Instruction.Of("halt")] }],
    };

    private Tensor Empty(int index)
    {
        (DType element, int[] shape) = _case.IsRejection ? _case.Into[index] : (_case.Writes[index].Element, _case.Writes[index].Shape);
        ulong[] garbage = [.. Enumerable.Repeat(0xa5a5a5a5a5a5a5a5, shape.Aggregate(1, static (a, b) => a * b))];
        return new Tensor(element, shape, garbage);
    }

    private void Place(int operand, Tensor tensor)
    {
        Assert.Equal(tensor.Shape.Aggregate(1, static (a, b) => a * b), tensor.Bits.Length);
        _types[operand] = TypeOf(tensor);
        Buffer buffer = Keep(tensor.Raw());
        _registers[operand] = buffer;
        _views[operand] = new TensorView(buffer.Data, _types[operand]!, []);
    }

    /// <summary>A weight in its stored order, placed here by rule 7 of spec/numerics.md rather than by the machine's packing.</summary>
    private BoundWeight Store(WeightEntry entry, Weight weight)
    {
        byte[] logical = weight.Values.Raw(), stored = logical, subScales = [];
        int size = Tensor.SizeOf(entry.Element), columns = entry.Shape[^1], depth = logical.Length / size / columns;
        if (entry.Layout == WeightLayout.Panels16)
        {
            stored = new byte[entry.Element == DType.W4 ? logical.Length / 2 : logical.Length];
            for (int at = 0; at < depth * columns; at++)
            {
                int k = at / columns, n = at % columns;
                switch (entry.Element)
                {
                    case DType.W4:
                        stored[(((n / 16 * (depth / 8)) + (k / 8)) * 64) + (n % 16 * 4) + (k % 4)] |= (byte)(((sbyte)logical[at] + 8) << (k % 8 / 4 * 4));
                        break;
                    case DType.W8:
                        stored[(((n / 16 * (depth / 4)) + (k / 4)) * 64) + (n % 16 * 4) + (k % 4)] = logical[at];
                        break;
                    default:
                        logical.AsSpan(at * size, size).CopyTo(stored.AsSpan(((((n / 16 * depth) + k) * 16) + (n % 16)) * size));
                        break;
                }
            }

            subScales = new byte[weight.Sub.Length];
            for (int at = 0; at < subScales.Length; at++)
            {
                int g = at / columns, n = at % columns;
                subScales[(((n / 16 * (depth / 32)) + g) * 16) + (n % 16)] = (byte)weight.Sub[at];
            }
        }

        return new BoundWeight(
            entry, Keep(stored).Data, stored.Length, (float*)Keep(Tensor.F32([], weight.Scale).Raw()).Data, Keep(subScales).Data);
    }

    private Buffer Keep(byte[] bytes)
    {
        var buffer = new Buffer(bytes);
        _memory.Add(buffer);
        return buffer;
    }

    private static TensorType TypeOf(Tensor tensor) => new(tensor.Element, [.. tensor.Shape.Select(Dim.Of)]);
}

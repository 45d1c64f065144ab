using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Wide;

/// <summary>A program that calls a step with the rows of many calls at once, some calls after the other where they are too many.</summary>
/// <remarks>
/// The step is the module's own but for <c>tail</c>: where that takes the last row of one call, the wide step takes the last row of each, by their numbers, so the rows of
/// what follows are calls. It is verified like any module and runs on the same machine.
/// </remarks>
internal sealed class WideProgram
{
    /// <summary>Index of the wide step in <see cref="Verified"/>.</summary>
    public const int Step = 0;

    private WideProgram(VerifiedModule verified, RunRequest request, ImmutableArray<Range> parts) => (Verified, Request, Parts) = (verified, request, parts);

    public VerifiedModule Verified { get; }

    /// <summary>Arguments of all calls, part by part.</summary>
    public RunRequest Request { get; }

    /// <summary>Calls of each part.</summary>
    public ImmutableArray<Range> Parts { get; }

    /// <summary>The step, if it is called a single time; else -1: see <see cref="Interpreter.OnlyStep"/>.</summary>
    public int OnlyStep => Parts.Length == 1 ? Step : -1;

    /// <summary>Makes the program; false where the calls do not fit into one.</summary>
    public static bool TryMake(Module module, int step, int symbol, RowClass[] classes, IReadOnlyList<StepCall> calls, [NotNullWhen(true)] out WideProgram? wide)
    {
        wide = null;
        Function narrow = module.Functions[step];
        if (!TryCut(calls, module.Symbols[symbol].Max, out ImmutableArray<Range> parts))
        {
            return false;
        }

        // Symbols of the module, the number of calls, then rows and calls of each part: as large as they are, for memory is planned by them.
        int picked = module.Symbols.Length, most = calls.Count, inputs = narrow.ParameterCount + 1;
        if (picked + 1 + (2 * parts.Length) > Limits.Symbols || parts.Length * inputs > Limits.Inputs)
        {
            return false;
        }

        var symbols = ImmutableArray.CreateBuilder<SymbolEntry>();
        SymbolEntry rowsOfPart = Counts(module, symbol) ? module.Symbols[symbol] : new SymbolEntry(MostRows(calls, parts));
        symbols.AddRange(module.Symbols.SetItem(symbol, rowsOfPart));
        symbols.Add(new SymbolEntry(most));
        Function forward = Widen(narrow, classes, picked);
        var entries = ImmutableArray.CreateBuilder<InputEntry>();
        var tensors = ImmutableArray.CreateBuilder<InputTensor>();
        var registers = ImmutableArray.CreateBuilder<TensorType>();
        var body = ImmutableArray.CreateBuilder<Instruction>();
        foreach (Range part in parts)
        {
            symbols.Add(rowsOfPart);
            symbols.Add(new SymbolEntry(most));
            int rows = symbols.Count - 2;
            (int from, int count) = part.GetOffsetAndLength(calls.Count);
            var operands = ImmutableArray.CreateBuilder<Operand>();
            operands.Add(Operand.Of(Step));
            for (int i = 0; i < inputs; i++)
            {
                bool picks = i == narrow.ParameterCount;
                TensorType type = picks ? TensorType.Of(DType.I64, Dim.OfSymbol(rows + 1)) : With(narrow.Parameters[i], Dim.OfSymbol(rows));
                operands.Add(Operand.Of(registers.Count));
                body.Add(Instruction.Of("input", Operand.Of(registers.Count), Operand.Of(entries.Count)));
                registers.Add(type);
                entries.Add(new InputEntry(type));
                tensors.Add(picks ? LastRows(calls, from, count) : Joined(type, calls, from, count, i));
            }

            foreach (TensorType result in forward.Results)
            {
                operands.Add(Operand.Of(registers.Count));
                registers.Add(result.Rank > 0 && result.Shape[0].IsSymbol ? With(result, Dim.OfSymbol(result.Shape[0].Symbol == picked ? rows + 1 : rows)) : result);
            }

            body.Add(Instruction.Of("call", operands.ToArray()));
        }

        body.Add(Instruction.Of("halt"));
        var driver = new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = registers.ToImmutable(), Body = body.ToImmutable() };
        Module made = module with
        {
            Symbols = symbols.ToImmutable(),
            Inputs = entries.ToImmutable(),
            Functions = [forward, driver],
            Entry = 1,
            Names = null,
            Positions = null,
            Text = null,
        };
        if (!Verifier.TryVerify(made, out VerifiedModule? verified, out _))
        {
            return false;
        }

        wide = new WideProgram(verified, new RunRequest { Inputs = tensors.ToImmutable() }, parts);
        return true;
    }

    /// <summary>Calls in order, in as few parts as the symbol of the rows has room for, each about as long as the others: a short one at the end takes more time than its rows are worth.</summary>
    private static bool TryCut(IReadOnlyList<StepCall> calls, int room, out ImmutableArray<Range> parts)
    {
        long rows = 0;
        int longest = 0;
        foreach (StepCall call in calls)
        {
            rows += call.Rows;
            longest = Math.Max(longest, call.Rows);
        }

        parts = Cut(calls, room);

        // With so much room all parts but the last have an equal share of the rows, or more: they are no more than before.
        long enough = ((rows + parts.Length - 1) / parts.Length) + Math.Max(0, longest - 1);
        if (parts.Length > 1 && enough < room)
        {
            parts = Cut(calls, enough);
        }

        return longest <= room;
    }

    /// <summary>Calls in order, as many in one part as there is room for their rows.</summary>
    private static ImmutableArray<Range> Cut(IReadOnlyList<StepCall> calls, long room)
    {
        var cut = ImmutableArray.CreateBuilder<Range>();
        int start = 0;
        long rows = 0;
        for (int i = 0; i < calls.Count; i++)
        {
            if (rows + calls[i].Rows > room && i > start)
            {
                cut.Add(start..i);
                (start, rows) = (i, 0);
            }

            rows += calls[i].Rows;
        }

        cut.Add(start..calls.Count);
        return cut.ToImmutable();
    }

    /// <summary>Whether a symbol counts the rows of a state.</summary>
    private static bool Counts(Module module, int symbol)
    {
        foreach (StateEntry state in module.States)
        {
            if (state.Symbol == symbol)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Rows of the part that has most.</summary>
    private static int MostRows(IReadOnlyList<StepCall> calls, ImmutableArray<Range> parts)
    {
        int most = 1;
        foreach (Range part in parts)
        {
            (int from, int count) = part.GetOffsetAndLength(calls.Count);
            int rows = 0;
            for (int call = from; call < from + count; call++)
            {
                rows += calls[call].Rows;
            }

            most = Math.Max(most, rows);
        }

        return most;
    }

    /// <summary>The step with one more parameter behind the others: the number of each call's last row.</summary>
    private static Function Widen(Function narrow, RowClass[] classes, int picked)
    {
        int picks = narrow.ParameterCount;
        var registers = ImmutableArray.CreateBuilder<TensorType>(narrow.Registers.Length + 1);
        for (int i = 0; i < narrow.Registers.Length; i++)
        {
            if (i == picks)
            {
                registers.Add(TensorType.Of(DType.I64, Dim.OfSymbol(picked)));
            }

            registers.Add(classes[i] == RowClass.Last ? With(narrow.Registers[i], Dim.OfSymbol(picked)) : narrow.Registers[i]);
        }

        if (picks == narrow.Registers.Length)
        {
            registers.Add(TensorType.Of(DType.I64, Dim.OfSymbol(picked)));
        }

        var body = ImmutableArray.CreateBuilder<Instruction>(narrow.Body.Length);
        foreach (Instruction instruction in narrow.Body)
        {
            body.Add(Widen(instruction, picks));
        }

        return narrow with { ParameterCount = picks + 1, Registers = registers.MoveToImmutable(), Body = body.MoveToImmutable() };
    }

    /// <summary>An instruction with its registers in their new places.</summary>
    private static Instruction Widen(Instruction instruction, int picks)
    {
        var operands = new Operand[instruction.Operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            Operand operand = instruction.Operands[i];
            operands[i] = instruction.Row.KindAt(i) == OperandKind.Register && operand.Index >= picks ? Operand.Of(operand.Index + 1) : operand;
        }

        return instruction.Row.Mnemonic == "tail"
            ? Instruction.Of("gather", operands[0], operands[1], Operand.Of(picks), Operand.OfU32(0))
            : new Instruction(instruction.Row, ImmutableCollectionsMarshal.AsImmutableArray(operands));
    }

    private static TensorType With(TensorType type, Dim first) => new(type.Element, type.Shape.SetItem(0, first));

    /// <summary>An argument's rows of so many calls.</summary>
    private static InputTensor Joined(TensorType type, IReadOnlyList<StepCall> calls, int from, int count, int argument)
    {
        int rows = 0, length = 0;
        for (int call = from; call < from + count; call++)
        {
            rows += calls[call].Rows;
            length += calls[call].Arguments[argument].Length;
        }

        var bytes = new byte[length];
        int at = 0;
        for (int call = from; call < from + count; call++)
        {
            calls[call].Arguments[argument].CopyTo(bytes, at);
            at += calls[call].Arguments[argument].Length;
        }

        var shape = new int[type.Rank];
        shape[0] = rows;
        for (int axis = 1; axis < shape.Length; axis++)
        {
            shape[axis] = type.Shape[axis].Value;
        }

        return new InputTensor(type.Element, ImmutableCollectionsMarshal.AsImmutableArray(shape), ImmutableCollectionsMarshal.AsImmutableArray(bytes));
    }

    /// <summary>The number of each call's last row among those of its part.</summary>
    private static InputTensor LastRows(IReadOnlyList<StepCall> calls, int from, int count)
    {
        var bytes = new byte[sizeof(long) * count];
        long row = -1;
        for (int i = 0; i < count; i++)
        {
            row += calls[from + i].Rows;
            BitConverter.TryWriteBytes(bytes.AsSpan(sizeof(long) * i), row);
        }

        return new InputTensor(DType.I64, [count], ImmutableCollectionsMarshal.AsImmutableArray(bytes));
    }
}

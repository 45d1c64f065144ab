using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
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
        int picked = module.Symbols.Length, most = calls.Count;
        SymbolEntry rowsOfPart = module.States.Any(s => s.Symbol == symbol) ? module.Symbols[symbol] : new SymbolEntry(MostRows(calls, parts));
        ImmutableArray<SymbolEntry> symbols =
            [.. module.Symbols.SetItem(symbol, rowsOfPart), new SymbolEntry(most), .. parts.SelectMany(_ => new[] { rowsOfPart, new SymbolEntry(most) })];
        int inputs = narrow.ParameterCount + 1;
        if (symbols.Length > Limits.Symbols || parts.Length * inputs > Limits.Inputs)
        {
            return false;
        }

        Function forward = Widen(narrow, classes, picked);
        var entries = ImmutableArray.CreateBuilder<InputEntry>();
        var tensors = ImmutableArray.CreateBuilder<InputTensor>();
        var registers = ImmutableArray.CreateBuilder<TensorType>();
        var body = ImmutableArray.CreateBuilder<Instruction>();
        for (int part = 0; part < parts.Length; part++)
        {
            int rows = picked + 1 + (2 * part), first = registers.Count;
            (int from, int count) = parts[part].GetOffsetAndLength(calls.Count);
            StepCall[] own = [.. calls.Skip(from).Take(count)];
            for (int i = 0; i < inputs; i++)
            {
                bool picks = i == narrow.ParameterCount;
                TensorType type = picks ? TensorType.Of(DType.I64, Dim.OfSymbol(rows + 1)) : With(narrow.Parameters[i], Dim.OfSymbol(rows));
                byte[] bytes = picks ? LastRows(own) : [.. own.SelectMany(c => c.Arguments[i])];
                int[] shape = [picks ? own.Length : own.Sum(static c => c.Rows), .. type.Shape.Skip(1).Select(static d => d.Value)];
                body.Add(Instruction.Of("input", Operand.Of(registers.Count), Operand.Of(entries.Count)));
                registers.Add(type);
                entries.Add(new InputEntry(type));
                tensors.Add(new InputTensor(type.Element, [.. shape], [.. bytes]));
            }

            int results = registers.Count;
            registers.AddRange(forward.Results.ToArray().Select(r => r.Rank > 0 && r.Shape[0].IsSymbol ? With(r, Dim.OfSymbol(r.Shape[0].Symbol == picked ? rows + 1 : rows)) : r));
            body.Add(Instruction.Of("call", [Operand.Of(Step), .. Enumerable.Range(first, inputs).Select(Operand.Of), .. Enumerable.Range(results, forward.ResultCount).Select(Operand.Of)]));
        }

        body.Add(Instruction.Of("halt"));
        var driver = new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = registers.ToImmutable(), Body = body.ToImmutable() };
        Module made = module with
        {
            Symbols = symbols,
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

    /// <summary>Calls in order, as many in one part as the symbol of the rows has room for.</summary>
    private static bool TryCut(IReadOnlyList<StepCall> calls, int room, out ImmutableArray<Range> parts)
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
        parts = cut.ToImmutable();
        return calls.All(c => c.Rows <= room);
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
        int Place(int register) => register < picks ? register : register + 1;
        var registers = new List<TensorType>();
        for (int i = 0; i < narrow.Registers.Length; i++)
        {
            registers.Add(classes[i] == RowClass.Last ? With(narrow.Registers[i], Dim.OfSymbol(picked)) : narrow.Registers[i]);
        }

        registers.Insert(picks, TensorType.Of(DType.I64, Dim.OfSymbol(picked)));
        return narrow with
        {
            ParameterCount = picks + 1,
            Registers = [.. registers],
            Body = [.. narrow.Body.Select(i => i.Row.Mnemonic == "tail"
                ? Instruction.Of("gather", Operand.Of(Place(i.Operands[0].Index)), Operand.Of(Place(i.Operands[1].Index)), Operand.Of(picks), Operand.OfU32(0))
                : new Instruction(i.Row, [.. i.Operands.Select((o, at) => i.Row.KindAt(at) == OperandKind.Register ? Operand.Of(Place(o.Index)) : o)]))],
        };
    }

    private static TensorType With(TensorType type, Dim first) => new(type.Element, [first, .. type.Shape.Skip(1)]);

    private static byte[] LastRows(StepCall[] calls)
    {
        var bytes = new byte[sizeof(long) * calls.Length];
        long row = -1;
        for (int i = 0; i < calls.Length; i++)
        {
            row += calls[i].Rows;
            BitConverter.TryWriteBytes(bytes.AsSpan(sizeof(long) * i), row);
        }

        return bytes;
    }
}

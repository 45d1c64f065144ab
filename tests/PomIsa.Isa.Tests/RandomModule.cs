using System.Collections.Immutable;

namespace PomIsa.Isa.Tests;

/// <summary>A module from a list of numbers: every opcode, every kind of entry, encodable but seldom valid.</summary>
internal sealed class RandomModule(int[] numbers)
{
    private int _next;

    public Module Build()
    {
        ImmutableArray<SymbolEntry> symbols = [.. Many(1, 3, _ => new SymbolEntry(1 + Upto(600)))];
        ImmutableArray<Function> functions = [.. Many(1, 3, _ => Signature(symbols.Length))];
        var module = new Module
        {
            Symbols = symbols,
            Weights = [.. Many(1, 3, Weight)],
            States = [.. Many(1, 2, _ => new StateEntry(Element(), [.. Shape(2)], Upto(symbols.Length), 1 + Upto(100)))],
            Inputs = [.. Many(1, 2, _ => new InputEntry(Type(symbols.Length)))],
            Functions = functions,
            Data = Upto(2) == 0 ? [] : [new WeightData(0, [.. Many(1, 20, _ => (byte)Upto(256))])],
            Entry = Upto(functions.Length),
        };
        module = module with { Functions = [.. functions.Select(f => f with { Body = [.. Many(0, 12, _ => One(module, f))] })] };
        return Upto(2) == 0 ? module : module with
        {
            Names = new ModuleNames { Module = "m" + Upto(9), Symbols = ["Té"], Functions = [new FunctionNames("f.x", ["a"], [])] },
            Positions = new SourceMap
            {
                Files = ["a.pisa", "b.pisa"],
                Functions = [.. module.Functions.Select(f => f.Body.Select(_ => new SourcePosition(Upto(2), Upto(900), Upto(90))).ToImmutableArray())],
            },
            Text = new ModuleText { Entries = [new(TextTarget.Symbol, 0, "one\ntwo")] },
        };
    }

    private int Upto(int count) => numbers[_next++ % numbers.Length] % count;

    private IEnumerable<T> Many<T>(int least, int most, Func<int, T> item) =>
        [.. Enumerable.Range(0, least + Upto(most - least + 1)).Select(item)];

    private DType Element() => (DType)(1 + Upto(9));

    private IEnumerable<int> Shape(int most) => Many(0, most, _ => Upto(40));

    private TensorType Type(int symbols) => new(
        Upto(3) == 0 ? Element() : DType.F32,
        [.. Many(0, Limits.Rank, _ => Upto(2) == 0 ? Dim.OfSymbol(Upto(symbols)) : Dim.Of(Upto(20)))]);

    private WeightEntry Weight(int index) =>
        new("w" + index, Element(), [.. Shape(3)], (WeightLayout)Upto(2), Digest.Of([(byte)index]));

    private Function Signature(int symbols) => new()
    {
        Kind = (FunctionKind)Upto(2),
        ParameterCount = Upto(3),
        ResultCount = Upto(3),
        LocalCount = 1 + Upto(2),
        Registers = [.. Many(4, 6, _ => Type(symbols))],
    };

    private Instruction One(Module module, Function function)
    {
        OpcodeRow row = InstructionTable.All[Upto(InstructionTable.All.Length)];
        var operands = new List<Operand>();
        int count = row.OperandCount;
        for (int i = 0; i < count; i++)
        {
            operands.Add(row.KindAt(i) switch
            {
                OperandKind.Register => Operand.Of(Upto(function.Registers.Length)),
                OperandKind.Weight => Operand.Of(Upto(module.Weights.Length)),
                OperandKind.State => Operand.Of(Upto(module.States.Length)),
                OperandKind.Input => Operand.Of(Upto(module.Inputs.Length)),
                OperandKind.Function => Operand.Of(Upto(module.Functions.Length)),
                OperandKind.Symbol => Operand.Of(Upto(module.Symbols.Length)),
                OperandKind.Local => Operand.Of(Upto(function.LocalCount)),
                OperandKind.ImmF32 => Operand.OfF32(Upto(1000) / 8f),
                OperandKind.ImmI64 => Operand.OfI64((long)Upto(int.MaxValue) * Upto(int.MaxValue) - int.MaxValue),
                OperandKind.ImmU32 => Operand.OfU32((uint)Upto(int.MaxValue)),
                OperandKind.ImmAxes => Operand.OfAxes([.. Many(0, Limits.Rank, _ => Upto(Limits.Rank))]),
                OperandKind.ImmType => Operand.OfType((DType)(1 + Upto(7))),
                _ => throw new InvalidOperationException(),
            });
        }

        if (row.Variadic)
        {
            Function callee = module.Functions[operands[0].Index];
            operands.AddRange(Enumerable.Range(0, callee.ParameterCount + callee.ResultCount)
                .Select(_ => Operand.Of(Upto(function.Registers.Length))));
        }

        return new Instruction(row, [.. operands]);
    }
}

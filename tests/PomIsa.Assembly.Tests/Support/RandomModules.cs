using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Assembly.Tests;

/// <summary>Modules that the decoder accepts and that are otherwise as wild as they come.</summary>
internal sealed class RandomModules(int seed)
{
    private static readonly string[] Awkward = ["max", "rows", "a b", "l0.wq", "é", "\"", "x\\", "1st", "a..b", "{i}", "end", "_", "a.b.c", "sub", "漢字", "-", "s p"];
    private readonly Random _random = new(seed);

    public Module Next()
    {
        var module = new Module
        {
            Symbols = Many(3, _ => new SymbolEntry(_random.Next(0, 1000))),
            Weights = Many(4, i => new WeightEntry(Name(i, "w"), Type(), Many(4, _ => _random.Next(0, 99)), (WeightLayout)_random.Next(2), Digest())),
        };
        module = module with { Data = [.. Data(module)] };
        module = module with
        {
            States = module.Symbols.IsEmpty ? [] : Many(3, _ => new StateEntry(Type(), Many(3, _ => _random.Next(99)), _random.Next(module.Symbols.Length), _random.Next(99))),
            Inputs = Many(2, _ => new InputEntry(Tensor(module))),
        };
        var signatures = Many(3, _ => Signature(module), least: 1);
        module = module with { Functions = signatures, Entry = _random.Next(signatures.Length) };
        module = module with { Functions = [.. signatures.Select(function => function with { Body = Many(12, _ => Instruction(module, function)).OfType<Instruction>().ToImmutableArray() })] };
        return _random.Next(3) == 0 ? module : module with { Names = Names(module), Text = Text(module) };
    }

    /// <summary>Contents for some weights: such as they declare, with or without the right digest, or any bytes.</summary>
    private IEnumerable<WeightData> Data(Module module)
    {
        for (var i = 0; i < module.Weights.Length; i++)
        {
            var weight = module.Weights[i];
            if (_random.Next(3) == 0)
            {
                yield return new WeightData(i, [.. Many(9, _ => (byte)_random.Next(256), least: 1)]);
            }
            else if (_random.Next(2) == 0 && weight.Element is DType.F32 or DType.I32 or DType.F16 && weight.Layout == WeightLayout.Rows
                && weight.Shape.Aggregate(1L, (a, b) => a * b) is > 0 and < 500 and var count)
            {
                yield return new WeightData(i, [.. Enumerable.Range(0, (int)count * DTypes.SizeOf(weight.Element)).Select(_ => (byte)_random.Next(256))]);
            }
        }
    }

    private Function Signature(Module module)
    {
        var registers = Many(7, _ => Tensor(module));
        var parameters = _random.Next(registers.Length + 1);
        return new Function
        {
            Kind = (FunctionKind)_random.Next(2),
            ParameterCount = parameters,
            ResultCount = _random.Next(registers.Length - parameters + 1),
            Registers = registers,
            LocalCount = _random.Next(12),
        };
    }

    private Instruction? Instruction(Module module, Function function)
    {
        var row = InstructionTable.All[_random.Next(InstructionTable.All.Length)];
        var kinds = Enumerable.Range(0, row.OperandCount).Select(row.KindAt).ToList();
        var operands = kinds.Select(kind => Operand(kind, module, function)).ToList();
        if (row.Variadic && operands[0] is { } callee)
        {
            var target = module.Functions[callee.Index];
            operands.AddRange(Enumerable.Range(0, target.ParameterCount + target.ResultCount).Select(_ => Operand(OperandKind.Register, module, function)));
        }

        return operands.Any(one => one is null) ? null : new Instruction(row, [.. operands.Select(one => one!.Value)]);
    }

    private Operand? Operand(OperandKind kind, Module module, Function function) => kind switch
    {
        OperandKind.Register => Index(function.Registers.Length),
        OperandKind.Weight => Index(module.Weights.Length),
        OperandKind.State => Index(module.States.Length),
        OperandKind.Input => Index(module.Inputs.Length),
        OperandKind.Function => Index(module.Functions.Length),
        OperandKind.Symbol => Index(module.Symbols.Length),
        OperandKind.Local => Index(function.LocalCount),
        OperandKind.ImmF32 => new Operand(unchecked((uint)_random.NextInt64())),
        OperandKind.ImmI64 => Isa.Operand.OfI64(_random.Next(4) == 0 ? long.MinValue : _random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64)),
        OperandKind.ImmAxes => Isa.Operand.OfAxes([.. Enumerable.Range(0, _random.Next(Limits.Rank + 1)).Select(_ => _random.Next(Limits.Rank))]),
        OperandKind.ImmType => Isa.Operand.OfType((DType)_random.Next(1, 8)),
        _ => Isa.Operand.OfU32(unchecked((uint)_random.NextInt64()) >> _random.Next(32)),
    };

    private Operand? Index(int count) => count == 0 ? null : Isa.Operand.Of(_random.Next(count));

    private TensorType Tensor(Module module) => new(Type(), Many(4, _ =>
        module.Symbols.Length > 0 && _random.Next(3) == 0 ? Dim.OfSymbol(_random.Next(module.Symbols.Length)) : Dim.Of(_random.Next(0, 5) * 16)));

    private DType Type() => _random.Next(2) == 0 ? DType.F32 : (DType)_random.Next(1, 10);

    private Digest Digest() => _random.Next(2) == 0 ? default : PomIsa.Digest.Of([(byte)_random.Next(256)]);

    private ModuleNames Names(Module module) => new()
    {
        Module = _random.Next(2) == 0 ? "" : Name(0, "mod"),
        Symbols = [.. module.Symbols.Select((_, i) => MaybeName(i, "S"))],
        States = [.. module.States.Select((_, i) => MaybeName(i, "k"))],
        Inputs = [.. module.Inputs.Select((_, i) => MaybeName(i, "p"))],
        Functions = [.. module.Functions.Select((function, i) => new FunctionNames(
            MaybeName(i, "fun"),
            [.. function.Registers.Select((_, r) => MaybeName(r, "x"))],
            [.. Enumerable.Range(0, function.LocalCount).Select(r => MaybeName(r, "c"))]))],
    };

    private ModuleText Text(Module module) => new()
    {
        Entries =
        [
            .. Maybe(TextTarget.Module, 1), .. Maybe(TextTarget.Symbol, module.Symbols.Length), .. Maybe(TextTarget.Weight, module.Weights.Length),
            .. Maybe(TextTarget.State, module.States.Length), .. Maybe(TextTarget.Input, module.Inputs.Length), .. Maybe(TextTarget.Function, module.Functions.Length),
        ],
    };

    private IEnumerable<TextEntry> Maybe(TextTarget target, int count) =>
        Enumerable.Range(0, count).Where(_ => _random.Next(3) == 0).Select(i => new TextEntry(target, i, $"About {i}.\n\n  More; of \"it\"."));

    private string MaybeName(int index, string prefix) => _random.Next(4) == 0 ? "" : Name(index, prefix);

    // The index keeps names apart; the awkward part must be quoted or not as the grammar wants.
    private string Name(int index, string prefix) => _random.Next(2) == 0 ? $"{prefix}{index}" : Awkward[_random.Next(Awkward.Length)] + index;

    private ImmutableArray<T> Many<T>(int most, Func<int, T> one, int least = 0) => [.. Enumerable.Range(0, _random.Next(least, most + 1)).Select(one)];
}

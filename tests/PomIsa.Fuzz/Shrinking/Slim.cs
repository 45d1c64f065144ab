using System.Collections.Immutable;
using PomIsa.Fuzz.Generation;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Shrinking;

/// <summary>Leaves out what no instruction names, and numbers the rest anew.</summary>
internal static class Slim
{
    public static FuzzProgram Of(FuzzProgram program)
    {
        Module module = program.Module;
        bool[] functions = Reached(module);
        bool[] weights = new bool[module.Weights.Length], states = new bool[module.States.Length], symbols = new bool[module.Symbols.Length];
        var registers = new bool[module.Functions.Length][];
        for (int f = 0; f < functions.Length; f++)
        {
            Function function = module.Functions[f];
            registers[f] = new bool[function.Registers.Length];
            registers[f].AsSpan(0, function.ParameterCount + function.ResultCount).Fill(true);
            foreach (Instruction instruction in functions[f] ? function.Body : [])
            {
                for (int i = 0; i < instruction.Operands.Length; i++)
                {
                    int index = instruction.Operands[i].Index;
                    switch (instruction.Row.KindAt(i))
                    {
                        case OperandKind.Register:
                            registers[f][index] = true;
                            break;
                        case OperandKind.Weight:
                            weights[index] = true;
                            break;
                        case OperandKind.State:
                            states[index] = true;
                            break;
                        case OperandKind.Symbol:
                            symbols[index] = true;
                            break;
                    }
                }
            }

            Mark(symbols, Keep(function.Registers, registers[f]));
        }

        // All states of a symbol count: a step appends to each of them.
        for (int s = 0; s < states.Length; s++)
        {
            states[s] = Enumerable.Range(0, states.Length).Any(other => states[other] && module.States[other].Symbol == module.States[s].Symbol);
            symbols[module.States[s].Symbol] |= states[s];
        }

        Mark(symbols, module.Inputs.Select(static i => i.Type));
        int[] symbolAt = Places(symbols), weightAt = Places(weights), stateAt = Places(states), functionAt = Places(functions);
        TensorType Renamed(TensorType type) => type with { Shape = [.. type.Shape.Select(d => d.IsSymbol ? Dim.OfSymbol(symbolAt[d.Symbol]) : d)] };
        FuzzProgram kept = program.WithWeights([.. Keep(program.Weights, weights)]);
        return kept with
        {
            Module = kept.Module with
            {
                Symbols = [.. Keep(module.Symbols, symbols)],
                States = [.. Keep(module.States, states).Select(s => s with { Symbol = symbolAt[s.Symbol] })],
                Inputs = [.. module.Inputs.Select(i => new InputEntry(Renamed(i.Type)))],
                Functions = [.. Enumerable.Range(0, functions.Length).Where(f => functions[f]).Select(f =>
                {
                    Function function = module.Functions[f];
                    int[] registerAt = Places(registers[f]);
                    return function with
                    {
                        Registers = [.. Keep(function.Registers, registers[f]).Select(Renamed)],
                        Body = [.. function.Body.Select(one => one with { Operands = [.. one.Operands.Select((o, i) => one.Row.KindAt(i) switch
                        {
                            OperandKind.Register => Operand.Of(registerAt[o.Index]),
                            OperandKind.Weight => Operand.Of(weightAt[o.Index]),
                            OperandKind.State => Operand.Of(stateAt[o.Index]),
                            OperandKind.Symbol => Operand.Of(symbolAt[o.Index]),
                            OperandKind.Function => Operand.Of(functionAt[o.Index]),
                            _ => o,
                        })] })],
                    };
                })],
                Entry = functionAt[module.Entry],
            },
        };
    }

    private static bool[] Reached(Module module)
    {
        var reached = new bool[module.Functions.Length];
        var open = new Stack<int>([module.Entry]);
        while (open.TryPop(out int function))
        {
            if (!reached[function])
            {
                reached[function] = true;
                module.Functions[function].Body.Where(static i => i.Row.Code == Opcode.Call).ToList().ForEach(i => open.Push(i.Operands[0].Index));
            }
        }

        return reached;
    }

    private static void Mark(bool[] symbols, IEnumerable<TensorType> types)
    {
        foreach (Dim dim in types.SelectMany(static t => t.Shape))
        {
            if (dim.IsSymbol)
            {
                symbols[dim.Symbol] = true;
            }
        }
    }

    private static IEnumerable<T> Keep<T>(ImmutableArray<T> items, bool[] kept) => items.Where((_, i) => kept[i]);

    private static int[] Places(bool[] kept)
    {
        int next = 0;
        return [.. kept.Select(k => k ? next++ : -1)];
    }
}

using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx.Lowering;

/// <summary>The lowered step and a driver that gives it the inputs and puts out its results.</summary>
internal static class ProgramBuilder
{
    public static CompiledModel Build(Emitter e, ImmutableArray<ModelPort> inputs, ImmutableArray<ModelPort> outputs, Val[] results)
    {
        if (outputs.Length > Limits.Parameters || inputs.Length > Limits.Inputs)
        {
            throw new OnnxException($"the model has {inputs.Length} inputs and {outputs.Length} outputs; a program has at most {Limits.Inputs} and {Limits.Parameters}");
        }

        // Each result has a register of its own: one that is an input, known, or put out twice is copied.
        int[] sources = [.. results.Select(r => e.Register(r.Reg))];
        Function step = Step(e, inputs.Length, sources);
        TensorType[] types = [.. step.Registers[..inputs.Length], .. step.Registers.AsSpan(inputs.Length, sources.Length)];
        var body = ImmutableArray.CreateBuilder<Instruction>();
        for (int i = 0; i < inputs.Length; i++)
        {
            body.Add(Instruction.Of("input", Operand.Of(i), Operand.Of(i)));
        }

        body.Add(Instruction.Of("call", [Operand.Of(0), .. Enumerable.Range(0, types.Length).Select(Operand.Of)]));
        for (int i = 0; i < sources.Length; i++)
        {
            body.Add(Instruction.Of("output", Operand.Of(inputs.Length + i), Operand.OfU32((uint)i)));
        }

        body.Add(Instruction.Of("halt"));
        var driver = new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [.. types], Body = body.ToImmutable() };
        var module = new Module
        {
            Symbols = [.. e.Symbols.Select(static s => new SymbolEntry(s.Max))],
            Weights = [.. e.Weights.Entries],
            States = [.. e.States.Select(static s => s.Entry)],
            Inputs = [.. types[..inputs.Length].Select(static t => new InputEntry(t))],
            Functions = [step, driver],
            Entry = 1,
            Names = new ModuleNames
            {
                Module = "model",
                Inputs = [.. inputs.Select((input, i) => Clean(input.Name, $"in{i}"))],
                Functions = [new FunctionNames("model", [], []), new FunctionNames("main", [], [])],
            },
        };
        return new CompiledModel(module, inputs, outputs, (e.Weights as MemoryWeights)?.Contents ?? [], [.. e.Matrices]);
    }

    /// <summary>Registers in the order of the format: parameters, results, the rest; the body renumbered, copies at its end.</summary>
    private static Function Step(Emitter e, int parameters, int[] sources)
    {
        int results = sources.Length;
        var registers = new List<TensorType>([.. e.Registers.Take(parameters), .. sources.Select(s => e.Registers[s])]);
        var place = new int[e.Registers.Count];
        for (int i = 0; i < place.Length; i++)
        {
            int asResult = i < parameters ? -1 : Array.IndexOf(sources, i);
            place[i] = i < parameters ? i : asResult >= 0 ? parameters + asResult : registers.Count;
            if (i >= parameters && asResult < 0)
            {
                registers.Add(e.Registers[i]);
            }
        }

        var body = ImmutableArray.CreateBuilder<Instruction>(e.Body.Count + results + 1);
        foreach (Instruction instruction in e.Body)
        {
            body.Add(new Instruction(instruction.Row, [.. instruction.Operands.Select((o, i) =>
                instruction.Row.KindAt(i) == OperandKind.Register ? Operand.Of(place[o.Index]) : o)]));
        }

        for (int i = 0; i < results; i++)
        {
            if (place[sources[i]] != parameters + i)
            {
                body.Add(Instruction.Of("reshape", Operand.Of(parameters + i), Operand.Of(place[sources[i]])));
            }
        }

        body.Add(Instruction.Of("ret"));
        return registers.Count <= Limits.Registers
            ? new Function { Kind = FunctionKind.Step, ParameterCount = parameters, ResultCount = results, Registers = [.. registers], Body = body.ToImmutable() }
            : throw new OnnxException($"the model becomes {registers.Count} registers; a step has at most {Limits.Registers}");
    }

    private static string Clean(string name, string otherwise) =>
        name.Length is > 0 and <= 80 && !name.Any(char.IsControl) ? name : otherwise;
}

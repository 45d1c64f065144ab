using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Onnx.Decoders;

/// <summary>Few registers for many values: one whose value nobody reads any more holds the next value of its type.</summary>
internal static class RegisterReuse
{
    /// <summary>A step's function.</summary>
    /// <param name="body">Instructions over values, each written once.</param>
    /// <param name="types">Type of each value; the parameters come first.</param>
    /// <param name="parameters">Number of parameters.</param>
    /// <param name="result">The value that the step gives.</param>
    public static Function Step(IReadOnlyList<Instruction> body, IReadOnlyList<TensorType> types, int parameters, int result)
    {
        var last = new int[types.Count];
        Array.Fill(last, -1);
        for (int i = 0; i < body.Count; i++)
        {
            foreach (int value in Registers(body[i]))
            {
                last[value] = i;
            }
        }

        last[result] = int.MaxValue;
        var registers = new List<TensorType>([.. types.Take(parameters), types[result]]);
        var place = new int[types.Count];
        Array.Fill(place, -1);
        for (int i = 0; i < parameters; i++)
        {
            place[i] = i;
        }

        place[result] = parameters;
        var free = new Dictionary<TensorType, Stack<int>>();
        var written = ImmutableArray.CreateBuilder<Instruction>(body.Count + 1);
        for (int i = 0; i < body.Count; i++)
        {
            foreach (int value in Registers(body[i]).Where(v => place[v] < 0))
            {
                if (free.TryGetValue(types[value], out Stack<int>? unused) && unused.TryPop(out int register))
                {
                    place[value] = register;
                    continue;
                }

                place[value] = registers.Count;
                registers.Add(types[value]);
            }

            written.Add(new Instruction(body[i].Row, [.. body[i].Operands.Select((o, at) => body[i].Row.KindAt(at) == OperandKind.Register ? Operand.Of(place[o.Index]) : o)]));

            // Only now: most opcodes want their result elsewhere than what they read.
            foreach (int value in Registers(body[i]).Distinct().Where(v => last[v] == i && v >= parameters))
            {
                if (!free.TryGetValue(types[value], out Stack<int>? unused))
                {
                    free[types[value]] = unused = new Stack<int>();
                }

                unused.Push(place[value]);
            }
        }

        written.Add(Instruction.Of("ret"));
        return registers.Count <= Limits.Registers
            ? new Function { Kind = FunctionKind.Step, ParameterCount = parameters, ResultCount = 1, Registers = [.. registers], Body = written.ToImmutable() }
            : throw new OnnxException($"the decoder needs {registers.Count} registers; a step has at most {Limits.Registers}");
    }

    private static IEnumerable<int> Registers(Instruction instruction)
    {
        for (int at = 0; at < instruction.Operands.Length; at++)
        {
            if (instruction.Row.KindAt(at) == OperandKind.Register)
            {
                yield return instruction.Operands[at].Index;
            }
        }
    }
}

using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Runs;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Fuzz.Properties;

/// <summary>A step over T rows gives what T steps over one row give.</summary>
internal static class Batches
{
    public static void EqualRows(FuzzProgram program, Bench bench)
    {
        (FuzzProgram batch, FuzzProgram oneByOne) = RowwiseGenerator.Generate(program.Seed);
        Dictionary<int, List<byte>> whole = Outputs(batch, bench, out FaultCode first), rows = Outputs(oneByOne, bench, out FaultCode second);

        // A batch traps if one of its rows does. The fault may be another: a batch meets an instruction's rows together, so it can trap
        // at an early instruction in its last row where one by one the first row traps at a later instruction.
        Assert.Equal(first == FaultCode.None, second == FaultCode.None);
        if (first != FaultCode.None)
        {
            return;
        }

        foreach ((int key, List<byte> bytes) in whole)
        {
            Assert.True(
                bytes.SequenceEqual(rows[key]),
                $"rows of operand {key % 64} of instruction {key / 64} ({batch.Module.Functions[0].Body[key / 64].Row.Mnemonic}) depend on their batch\n{batch}");
        }
    }

    private static Dictionary<int, List<byte>> Outputs(FuzzProgram program, Bench bench, out FaultCode fault)
    {
        using var runner = new Runner(program);
        var outputs = new OutputList();
        fault = runner.Observe(outputs, bench.One, out _).Code;
        return outputs.Bytes;
    }

    /// <summary>What the step's instructions wrote, by instruction and operand, one call after the other.</summary>
    private sealed class OutputList : IRetireObserver
    {
        public Dictionary<int, List<byte>> Bytes { get; } = [];

        public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
        {
            refusal = "";
            foreach (int operand in place.Function == 0 ? context.Line.Written : [])
            {
                int key = (place.Instruction * 64) + operand;
                if (!Bytes.TryGetValue(key, out List<byte>? bytes))
                {
                    Bytes[key] = bytes = [];
                }

                bytes.AddRange(context.View(operand).Raw);
            }

            return true;
        }
    }
}

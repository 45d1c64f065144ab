using System.Runtime.InteropServices;
using PomIsa.Evidence.Records;
using PomIsa.Fuzz.Reference;
using PomIsa.Fuzz.Runs;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Fuzz.Properties;

/// <summary>The machine beside the reference and beside itself.</summary>
internal static class Machines
{
    /// <summary>The machine gives the reference's records, response and fault; what it took is within the verifier's bounds.</summary>
    public static void EqualsReference(FuzzProgram program, Bench bench)
    {
        RefRun expected = RefMachine.Run(program);
        using var runner = new Runner(program);
        MachineOutcome found = runner.Run(bench.One);
        bench.Tally.Ran(expected.Executed);
        Same(program, expected, found);
        TrapsAreDeclared(program, expected, bench);
    }

    /// <summary>Any number of threads gives the same records.</summary>
    public static void ThreadsDoNotMatter(FuzzProgram program, Bench bench)
    {
        using var runner = new Runner(program);
        MachineOutcome one = runner.Run(bench.One), many = runner.Run(bench.Many);
        Assert.Equal(one.Fault, many.Fault);
        Assert.Equal<IEnumerable<int>>(one.Tokens, many.Tokens);
        if (one.Fault.Code == FaultCode.None)
        {
            Assert.Equal(one.Records.Count, many.Records.Count);
        }

        for (int i = 0; i < Math.Min(one.Records.Count, many.Records.Count); i++)
        {
            Assert.True(one.Records[i].AsSpan().SequenceEqual(many.Records[i]), $"record {i + 1} depends on the number of threads: {Place(program, one.Records[i])}");
        }
    }

    /// <summary>Worst cases hold; of a program that always does the same they are exact, to the unit.</summary>
    public static void BoundsHold(FuzzProgram program, Bench bench)
    {
        Bounds bounds = program.Verified.Bounds;
        RefRun run = RefMachine.Run(program);
        using var runner = new Runner(program);
        var count = new Counter();
        var fault = runner.Observe(count, bench.One, out long arena);
        Assert.Equal(run.Retires, count.Retires);
        Assert.Equal(run.Fault, fault.Code);
        var measured = new Bounds(run.Retires, run.Work, (ulong)arena, (ulong)run.StateBytes, run.EvidenceBytes);
        Assert.Equal(bounds.StateBytes, measured.StateBytes);
        Assert.True(
            measured.Retires <= bounds.Retires && measured.MultiplyAdds <= bounds.MultiplyAdds && measured.ArenaBytes <= bounds.ArenaBytes && measured.EvidenceBytes <= bounds.EvidenceBytes,
            $"measured {measured}\npredicted {bounds}");
        if (program.IsSteady && run.Fault == FaultCode.None)
        {
            Assert.Equal(bounds, measured);
        }
    }

    private static void Same(FuzzProgram program, RefRun expected, MachineOutcome found)
    {
        for (int i = 0; i < Math.Min(expected.Records.Count, found.Records.Count); i++)
        {
            Assert.True(
                expected.Records[i].AsSpan().SequenceEqual(found.Records[i]),
                $"record {i + 1} differs: {Place(program, expected.Records[i])}\nreference {Convert.ToHexString(expected.Records[i])}\nmachine   {Convert.ToHexString(found.Records[i])}");
        }

        Assert.Equal((expected.Fault, expected.Function, expected.At), (found.Fault.Code, found.Fault.Code == FaultCode.None ? 0 : found.Fault.Function, found.Fault.Code == FaultCode.None ? 0 : found.Fault.Instruction));
        if (expected.Fault == FaultCode.None)
        {
            Assert.Equal(expected.Records.Count, found.Records.Count);
            Assert.Equal<IEnumerable<int>>(expected.Tokens, found.Tokens);
            Assert.Equal(expected.Retires, found.Outcome!.Retired);
            for (int i = 0; i < Math.Max(found.Outcome.Outputs.Length, expected.Outputs.Count); i++)
            {
                OutputTensor? output = i < found.Outcome.Outputs.Length ? found.Outcome.Outputs[i] : null;
                bool given = expected.Outputs.TryGetValue(i, out RefTensor? wanted);
                Assert.Equal(given, output is not null);
                Assert.True(!given || (wanted!.Element == output!.Element && wanted.Shape.AsSpan().SequenceEqual(output.Shape.AsSpan()) && wanted.Raw.AsSpan().SequenceEqual(output.Bytes.AsSpan())), $"output {i} differs");
            }
        }
        else
        {
            // What is not committed when a trap comes may be lost; what is committed may not.
            Assert.InRange(found.Records.Count, expected.LastCommit, expected.Records.Count);
        }
    }

    private static void TrapsAreDeclared(FuzzProgram program, RefRun run, Bench bench)
    {
        if (run.Fault == FaultCode.None)
        {
            return;
        }

        // A call's trap is told at the callee's first instruction.
        OpcodeRow row = run.Fault == FaultCode.StatesDisagree ? Instruction.Of("call").Row : program.Module.Functions[run.Function].Body[run.At].Row;
        bench.Tally.Trapped(row);
        Assert.True(DeclaredTraps.Allow(row, run.Fault), $"{row.Mnemonic} trapped with {run.Fault}, which its page does not declare");
    }

    private static string Place(FuzzProgram program, byte[] entry) =>
        Evidence.Records.Record.TryDecode(entry, out Evidence.Records.Record record, out _) && record is Retire { Head: var head }
            ? $"{program.Module.Functions[head.Function].Body[(int)head.Offset].Row.Mnemonic} at {head.Function}:{head.Offset}, step {head.Step}"
            : "?";

    private sealed class Counter : Machine.Execution.IRetireObserver
    {
        public ulong Retires { get; private set; }

        public bool TryRetire(Machine.Execution.RetirePlace place, Machine.Execution.OpContext context, ReadOnlySpan<Machine.Execution.SymbolValue> changes, out string refusal)
        {
            Retires++;
            refusal = "";
            return true;
        }
    }
}

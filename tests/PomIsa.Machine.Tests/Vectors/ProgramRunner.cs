using System.Collections.Immutable;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Decodes, verifies and runs the module of a program case; the source is for people.</summary>
internal static class ProgramRunner
{
    public static void Check(OpcodeRow row, ProgramCase one, WorkerPool pool, IRecordSink? records = null)
    {
        Assert.True(Module.TryDecode(one.Module, out Module module, out Fault malformed), malformed.ToString());
        Assert.Equal(one.Module, module.Encode());
        bool valid = Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults);
        if (one.Invalid != FaultCode.None)
        {
            Assert.False(valid, "the verifier accepts it");
            Assert.Equal(one.Invalid, faults[0].Code);
            return;
        }

        Assert.True(valid, string.Join('\n', faults.Select(f => FaultText.Describe(f, module))));
        Assert.True(one.IsRejection || module.Functions.Any(f => f.Body.Any(i => i.Row == row)) || one.Name == "none", "the opcode is not in the program");
        Assert.True(BoundProgram.TryBind(verified!, null, out BoundProgram? program, out MachineFault fault), fault.Detail);
        var emitted = new List<int>();
        var sink = new RecordList(records);
        var request = new RunRequest { Prompt = [.. one.Prompt], OnToken = emitted.Add };
        bool ended = MachineRun.TryExecute(program, request, default, sink, pool, out RunOutcome? outcome, out fault);
        Assert.Equal((one.Trap, one.Trap == FaultCode.None), (fault.Code, ended));
        Assert.Equal(one.Emits, emitted);
        if (!ended)
        {
            return;
        }

        Retire[] retires = sink.Retires();
        Assert.Equal(one.Emits, outcome!.Tokens);
        Assert.Equal(one.Retires ?? outcome.Retired, outcome.Retired);
        Assert.Equal(outcome.Retired, (ulong)retires.Length);
        Assert.Equal(one.Emits.Select(static t => (long)t), retires.Where(r => r.Head.Opcode == 0x70).SelectMany(r => r.Scalars));
        Assert.True(outcome.Retired <= verified!.Bounds.Retires, "more instructions than the verifier's bound");
    }
}

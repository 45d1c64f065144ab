using PomIsa.Cli.Runs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Disputes.Liar;

/// <summary>A run in which one opcode gives something else than it should, and everything behind it follows from that.</summary>
internal static class ErringRun
{
    /// <summary>The run's request with a fault at the last record of an opcode.</summary>
    public static RunRequest At(OwnRun honest, string mnemonic, WorkerPool pool)
    {
        int last = Salvage.Execute(honest.Program, honest.Request, pool).FindLastIndex(entry =>
            Record.TryDecode(entry, out Record record, out _) && record is Retire retire && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row) && row.Mnemonic == mnemonic);
        return last < 0
            ? throw new ArgumentException($"The run executes no {mnemonic}.", nameof(mnemonic))
            : honest.Request with { Planted = inner => new Plant(inner, (ulong)last, Faults.Output) };
    }
}

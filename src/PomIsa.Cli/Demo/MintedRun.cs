using PomIsa.Chain.Mints;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Cli.Demo;

/// <summary>A run as its records tell it: what the chain mints, and the response put together from the minted emits.</summary>
internal sealed record MintedRun(MintEntry[] Mints, List<int> Emitted)
{
    public static MintedRun Read(RecordLog log, RunOutcome outcome)
    {
        var mints = new List<MintEntry>((int)outcome.Records);
        var emitted = new List<int>();
        foreach (byte[] entry in log.ReadAll(outcome.FirstIndex).Take((int)outcome.Records))
        {
            mints.Add(MintEntry.Of((ulong)mints.Count, entry));
            if (Record.TryDecode(entry, out Record record, out _) && record is Retire { Scalars: [var token] } retire
                && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row) && row.Emits > 0)
            {
                emitted.Add((int)token);
            }
        }

        return new MintedRun([.. mints], emitted);
    }
}

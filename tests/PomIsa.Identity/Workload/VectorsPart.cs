using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Vectors;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Identity.Workload;

/// <summary>Every case of every vector file: each opcode of the table retires at least once, with the bits that its file states.</summary>
internal static class VectorsPart
{
    public static (string Digest, ulong Retires) Run(Conditions conditions)
    {
        using var records = new RecordHash();
        var seen = new SeenOpcodes(records);
        foreach (OpcodeRow row in InstructionTable.All)
        {
            string path = Path.Combine(conditions.Root, "spec", "vectors", row.Mnemonic + ".json");
            foreach (VectorCase one in CaseReader.Read(File.ReadAllText(path), out _))
            {
                Check(row, one, conditions, seen);
            }
        }

        string[] never = [.. InstructionTable.All.Where(r => !seen.Codes.Contains(r.Code)).Select(static r => r.Mnemonic)];
        return never.Length == 0
            ? (records.Finish(), seen.Count)
            : throw new InvalidOperationException($"These opcodes never retired: {string.Join(' ', never)}.");
    }

    private static void Check(OpcodeRow row, VectorCase one, Conditions conditions, SeenOpcodes seen)
    {
        try
        {
            switch (one)
            {
                case OperandCase operands:
                    OperandRunner.Check(row, operands, conditions.Pool, seen);
                    break;
                case ProgramCase program:
                    ProgramRunner.Check(row, program, conditions.Pool, seen);
                    break;
            }
        }
        catch (Xunit.Sdk.XunitException difference)
        {
            throw new InvalidOperationException($"{row.Mnemonic}, {one.Name}: {difference.Message}", difference);
        }
    }

    /// <summary>Passes records on, and notes whose they are.</summary>
    private sealed class SeenOpcodes(RecordHash to) : IRecordSink
    {
        public HashSet<ushort> Codes { get; } = [];

        public ulong Count { get; private set; }

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            if (Record.TryDecode(entry, out Record record, out _) && record is Retire retire)
            {
                Codes.Add(retire.Head.Opcode);
                Count++;
            }

            return to.TryTake(entry, out refusal);
        }

        public void Commit()
        {
        }
    }
}

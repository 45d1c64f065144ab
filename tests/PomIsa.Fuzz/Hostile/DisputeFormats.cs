using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Machine;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Fuzz.Hostile;

/// <summary>Fault proofs: as they come, and such as a liar makes and signs himself.</summary>
internal static class DisputeFormats
{
    // A file of 64 KiB may hold two packed parts of 1 MiB each; a program is decoded and verified in proportion to that.
    internal const int Unpacked = 64 << 20;

    public static IEnumerable<Format> Of(Strangers s)
    {
        BoundProgram program = Machine.Tests.Support.Programs.Bind(DriverPrograms.Everything);
        byte[][] honest = LoggedRun.Of(program, new RunRequest { Prompt = [3, 1, 2] });
        byte[][] files = [.. new[] { 2, 20, 60 }.Select(at => Proof(program, honest, at))];
        yield return new Format("fault proof", files, static bytes => FaultCheck.Check(bytes) is { Verdict: FaultVerdict.Proven } report ? report.Text : null) { Bound = true, Free = Unpacked };

        byte[] records = Pack(honest.Take(80));
        yield return new Format("records in a fault proof, signed by a liar", [records], bytes => Check(s.Log, Unpack(bytes), program.Module.Encode())) { Free = Unpacked, PerByte = 512 };
        yield return new Format("program in a fault proof, signed by a liar", [program.Module.Encode()], bytes => Check(s.Log, Renamed(honest, bytes), bytes)) { Free = Unpacked, PerByte = 512 };
    }

    private static byte[] Proof(BoundProgram program, byte[][] honest, int at)
    {
        byte[][] changed = LoggedRun.With(honest, at, static r => (Retire)r with { Head = ((Retire)r).Head with { Step = ((Retire)r).Head.Step + 1 } });
        return Dispute.Settle(LoggedRun.Signed("liar", changed, program), LoggedRun.Signed("honest", honest, program), Bisection.Sixteen).Proof.ToArray();
    }

    // Whatever the records and the program: whoever signs them gets a verdict.
    private static string Check(LogKey key, List<byte[]> entries, byte[] module)
    {
        string said = "";
        var checkpoint = new Checkpoint(key.Name, (ulong)entries.Count, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        var shown = new ProvenRecords([.. entries.Select(static (e, i) => ((ulong)i, e))]);
        foreach (FaultKind kind in (FaultKind[])[FaultKind.Place, FaultKind.Scalars, FaultKind.Value])
        {
            byte[] file = new FaultProof(kind, (ulong)Math.Max(entries.Count - 1, 0), key.Verifier, checkpoint.Sign(key), module, shown, [], new byte[9]).ToBytes();
            said += FaultCheck.Check(file).Verdict;
        }

        return said;
    }

    // The run as if it had been opened with another program.
    private static List<byte[]> Renamed(byte[][] honest, byte[] module)
    {
        Assert.True(Record.TryDecode(honest[0], out Record first, out _));
        RunOpen open = (RunOpen)first with { Program = Module.TryDecode(module, out Module decoded, out _) ? decoded.ProgramDigest() : default };
        return [LoggedRun.Encode(open), .. honest.Skip(1).Take(60).Select(e =>
        {
            Assert.True(Record.TryDecode(e, out Record record, out _));
            return LoggedRun.Encode(record is Retire retire ? retire with { Head = retire.Head with { RunId = open.RunId } } : record);
        })];
    }

    private static byte[] Pack(IEnumerable<byte[]> entries) => [.. entries.SelectMany(static e => (byte[])[(byte)e.Length, (byte)(e.Length >> 8), .. e])];

    // Records of no bytes can't be told of.
    private static List<byte[]> Unpack(byte[] bytes) => [.. RecordFormats.Unpack(bytes).Where(static e => e.Length > 0)];
}

using System.Globalization;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Machine;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Second.Tests;

/// <summary>Whatever lies a log holds and whichever of its records are shown, the verifier of <c>spec/second</c> finds the fault that ours finds, or none where ours finds none.</summary>
public sealed class ShownRecordsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-second-").FullName;
    private readonly LogKey _key = LogKey.Create("example.org/liar");
    private readonly BoundProgram _program = Machine.Tests.Support.Programs.Bind(DriverPrograms.Everything);
    private readonly List<string> _expected = [];

    /// <summary>Files; more by POMISA_SECOND_SHOWN.</summary>
    private static int Most => int.TryParse(Environment.GetEnvironmentVariable("POMISA_SECOND_SHOWN"), out int most) ? most : 80;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _key.Dispose();
        _program.Dispose();
    }

    [NodeFact]
    public void Both_find_the_same_fault_in_what_is_shown()
    {
        byte[] module = _program.Module.Encode();
        byte[][] honest = LoggedRun.Of(_program, new RunRequest { Prompt = [3, 1, 2] });
        var random = new Random(11);
        int proven = 0;
        for (int i = 0; i < Most; i++)
        {
            (byte[][] log, int at) = Lie(honest, random);
            int about = random.Next(3) > 0 ? at : random.Next(1, log.Length);
            double shown = new[] { 0.1, 0.5, 0.9, 0.98 }[random.Next(4)];
            int[] indices = [.. Enumerable.Range(0, log.Length).Where(n => n == 0 || n == about || random.NextDouble() < shown)];
            proven += Note(i, log, module, (ulong)about, indices) ? 1 : 0;
        }

        Assert.True(proven > Most / 4, $"{proven} of {Most}");
        var (exit, said) = Node.Run("node", "spec/second/verifier.js", "faults", _folder);
        Assert.True(exit == 0, said);
        Assert.Equal(_expected, said.TrimEnd('\n').Split('\n').Select(static line => string.Join(':', line.Split(':').Take(line.Contains(": proven", StringComparison.Ordinal) ? 3 : 2))));
    }

    /// <summary>A log with one lie, or with two; where the last of them is.</summary>
    private static (byte[][] Log, int At) Lie(byte[][] honest, Random random)
    {
        byte[][] log = honest;
        int at = 0;
        for (int lies = random.Next(1, 3); lies > 0; lies--)
        {
            at = random.Next(8) == 0 ? log.Length - 1 : random.Next(1, log.Length);
            (byte[][] Entries, string Name)[] all = [.. VerifierTests.Lies(log, at)];
            log = all[random.Next(all.Length)].Entries;
        }

        return (log, Math.Min(at, log.Length - 1));
    }

    /// <summary>Writes the file that says what ours finds, or one that it refuses; whether ours finds a fault.</summary>
    private bool Note(int number, byte[][] entries, byte[] module, ulong about, int[] indices)
    {
        var checkpoint = new Checkpoint(_key.Name, (ulong)entries.Length, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        var log = new MemoryLog(entries, checkpoint, checkpoint.Sign(_key));
        ulong[] shown = [.. indices.Select(static n => (ulong)n)];
        var records = new ProvenRecords([.. shown.Select(n => (n, log.Entry(n)))]);
        Digest[] hashes = [.. Multiproof.Build(log, checkpoint.Size, shown)];
        FaultFinding? found = NeighbourRules.Find(records) ?? Followed(records, about);
        if (found is not null)
        {
            byte[] file = new FaultProof(found.Kind, found.Index, _key.Verifier, log.Note, module, records, hashes, default).ToBytes();
            if (FaultCheck.Check(file) is { Verdict: FaultVerdict.Proven })
            {
                Write(string.Create(CultureInfo.InvariantCulture, $"{number:D5}: proven: record {found.Index} of example.org/liar, kind {(int)found.Kind}"), file);
                return true;
            }
        }

        Write($"{number:D5}: refused", new FaultProof(FaultKind.Place, about, _key.Verifier, log.Note, module, records, hashes, default).ToBytes());
        return false;
    }

    /// <summary>What following the program to a record finds; null where nothing is wrong.</summary>
    private FaultFinding? Followed(ProvenRecords records, ulong about)
    {
        Assert.True(records.TryRecord(about, out Record record));
        (Digest run, ulong sequence) = NeighbourRules.PlaceOf(record);
        return sequence != about ? null : RunTrace.Follow(_program.Verified, records, 0, about, run) is { IsContradiction: true } trace ? trace.Fault : null;
    }

    private void Write(string expected, byte[] file)
    {
        _expected.Add(expected);
        File.WriteAllBytes(Path.Combine(_folder, expected.Split(':')[0]), file);
    }
}

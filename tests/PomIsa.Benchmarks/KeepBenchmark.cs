using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using PomIsa.Bench.Decoders;
using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Benchmarks;

/// <summary>What a generation's log takes at rest, with all records and with roots alone; the size of receipts, and the time that making and checking one takes.</summary>
internal static class KeepBenchmark
{
    private const int Prompt = 16;

    public static int Run(string[] arguments)
    {
        string name = arguments.Length > 0 ? arguments[0] : "135M", kind = arguments.Length > 1 ? arguments[1] : "w8";
        int tokens = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 128;
        string cache = arguments.Length > 3 ? arguments[3] : Path.Combine(".pomisa", "bench");
        DecoderSize size = DecoderSize.All.First(s => s.Name == name);
        CachedDecoder decoder = new DecoderCache(cache).Open(size, WeightKind.All.First(k => k.Name == kind), new Progress<string>(), CancellationToken.None);
        using BoundProgram program = decoder.Load(tokens - 1);
        using var pool = new WorkerPool(Environment.ProcessorCount);
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            List<byte[]> entries;
            using (RecordLog log = RecordLog.Open(folder))
            {
                var request = new RunRequest { Prompt = [.. Enumerable.Range(0, Prompt).Select(i => (i * 7919) % size.Vocabulary)] };
                if (!AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? outcome, out MachineFault fault) || outcome.Tokens.Length != tokens)
                {
                    throw new InvalidOperationException($"The run failed: {fault.Describe(program.Module)}");
                }

                entries = [.. log.ReadAll()];
            }

            long all = Directory.EnumerateFiles(folder).Sum(static file => new FileInfo(file).Length);
            Print($"{name} {kind}, {Prompt} + {tokens} tokens", entries, all, tokens);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(string what, List<byte[]> entries, long all, int tokens)
    {
        var marks = new KeepMarks(Number("emit"), Number("commit"));
        long start = Stopwatch.GetTimestamp();
        KeptRoots kept = KeptRoots.Of(entries, marks);
        byte[] roots = KeptRootsFile.Encode(kept);
        TimeSpan pruning = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {entries.Count:N0} records; all records {all:N0} bytes, {(double)all / tokens:N0} a token; roots alone {roots.Length:N0}, {(double)roots.Length / tokens:N0} a token, {(double)all / roots.Length:F0} times less, made in {pruning.TotalMilliseconds:F1} ms"));

        using LogKey key = LogKey.Create("localhost/pomisa/bench");
        byte[] note = new Checkpoint(key.Name, kept.Size, kept.Root).Sign(key);
        ImmutableArray<KeptPart> emits = [.. kept.Parts.Where(part => part.IsEntry && Evidence.Records.Record.TryDecode(part.Entry.AsSpan(), out Evidence.Records.Record record, out _) && record is Evidence.Records.Retire)];
        List<double> making = [], checking = [];
        int longest = 0;
        for (int i = 0; i < emits.Length; i++)
        {
            start = Stopwatch.GetTimestamp();
            _ = Evidence.Records.Record.TryDecode(emits[i].Entry.AsSpan(), out Evidence.Records.Record record, out _);
            byte[] receipt = Receipt.Of(kept, emits[i], key.Verifier.Id, (uint)i, (int)((Evidence.Records.Retire)record).Scalars[0], null).ToBytes();
            making.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            longest = Math.Max(longest, receipt.Length);
            start = Stopwatch.GetTimestamp();
            if (!Receipt.TryParse(receipt, out Receipt? read) || !read.TryVerify(WitnessPolicy.Of(key.Verifier), note, kept, marks.Emit, out _, out _, out _))
            {
                throw new InvalidOperationException("A receipt does not hold.");
            }

            checking.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"receipts of {emits.Length} tokens: {longest} bytes at most; made in {Median(making):F3} ms, checked in {Median(checking):F3} ms (medians, the signed checkpoint and the way up to it included)"));
    }

    private static ushort Number(string mnemonic) => InstructionTable.TryFind(mnemonic, out OpcodeRow? row) ? row.Code : throw new UnreachableException();

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

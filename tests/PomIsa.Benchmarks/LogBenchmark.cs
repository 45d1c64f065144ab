using System.Diagnostics;
using System.Globalization;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Benchmarks;

/// <summary>Mints per second on one thread, and where the time goes: writing a record, checking its sequence, the log, its tree.</summary>
internal static class LogBenchmark
{
    private const int Records = 200_000;
    private const int PerToken = 500;

    public static int Run(int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            Digest expected = Expected();
            List<double> write = [], mint = [], sync = [], group = [];
            for (int round = -1; round < rounds; round++)
            {
                double written = WriteOnly();
                (double minted, double synced) = Mint(Path.Combine(folder, $"a{round}"), commits: false, expected);
                (double grouped, double last) = Mint(Path.Combine(folder, $"b{round}"), commits: true, expected);
                if (round >= 0)
                {
                    write.Add(written);
                    mint.Add(minted);
                    sync.Add(synced);
                    group.Add(grouped + last);
                }
            }

            Print("records written, not minted", write);
            Print("minted, commit not counted", mint);
            Print("minted, with a group commit under way and the last one waited for", group);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the one commit at the end takes {1e3 * Median(sync):F1} ms; {Records} records of 98 bytes, medians of {rounds} rounds"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(string what, List<double> seconds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-66} {1e9 * Median(seconds) / Records,7:F0} ns a record {Records / Median(seconds),12:N0} /s"));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static RunOpen Opening => new(default, default, 1, default, SamplingParameters.Greedy, default, null);

    private static int Write(Span<byte> entry, Digest run, int sequence)
    {
        var head = new RetireHead(run, (ulong)sequence, (uint)(sequence / PerToken), 1, (uint)(sequence % PerToken), 7);
        return RecordWriter.WriteRetire(entry, head, [], [run]);
    }

    // The root over the same entries by the one-message functions.
    private static Digest Expected()
    {
        Span<byte> entry = stackalloc byte[RecordWriter.MaxRunOpenBytes];
        var leaves = new Digest[Records + 1];
        leaves[0] = Merkle.LeafHash(entry[..RecordWriter.WriteRunOpen(entry, Opening)]);
        Digest run = Opening.RunId;
        for (int i = 1; i <= Records; i++)
        {
            leaves[i] = Merkle.LeafHash(entry[..Write(entry, run, i)]);
        }

        return Merkle.Root(leaves);
    }

    private static double WriteOnly()
    {
        Span<byte> entry = stackalloc byte[128];
        Digest run = Opening.RunId;
        long start = Stopwatch.GetTimestamp();
        for (int i = 1; i <= Records; i++)
        {
            Write(entry, run, i);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static (double Minted, double Committed) Mint(string folder, bool commits, Digest expected)
    {
        Span<byte> entry = stackalloc byte[128];
        using RecordLog log = RecordLog.Open(folder);
        if (!Minter.TryBegin(log, Opening, out Minter minter, out MintFault fault))
        {
            throw new InvalidOperationException(fault.ToString());
        }

        using (minter)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 1; i <= Records; i++)
            {
                if (!minter.TryMint(entry[..Write(entry, minter.RunId, i)], out fault))
                {
                    throw new InvalidOperationException(fault.ToString());
                }

                if (commits && i % PerToken == 0)
                {
                    log.Commit();
                }
            }

            double minted = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            log.CommitAndWait();
            double committed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return log.Root == expected && log.CommittedSize == Records + 1
                ? (minted, committed)
                : throw new InvalidOperationException("The log has another root than its entries, so there is nothing to measure.");
        }
    }
}

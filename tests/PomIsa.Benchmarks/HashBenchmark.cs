using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks;

/// <summary>SHA-256 in vector lanes beside the library's, one thread: digests compared first, medians of interleaved rounds.</summary>
internal static class HashBenchmark
{
    private const int Rounds = 15;
    private const int Bytes = 1 << 20;

    // Message lengths: a node of a tree, a record, a small row, a block, long ones.
    private static readonly int[] Lengths = [64, 98, 260, 1024, 4096, 65_536];

    public static int Run()
    {
        Console.WriteLine("length  prefix | lanes: hashes/s    GB/s | SHA256.HashData: hashes/s    GB/s |  ratio");
        foreach (int length in Lengths)
        {
            foreach (bool prefixed in new[] { false, true })
            {
                Measure(length, prefixed);
            }
        }

        return 0;
    }

    private static void Measure(int length, bool prefixed)
    {
        int count = Math.Max(16, Bytes / length / 16 * 16);
        var messages = new byte[count * (length + 1)];
        new Random(length).NextBytes(messages);
        for (int i = 0; i < count; i++)
        {
            messages[i * (length + 1)] = 0; // the prefix, where the library needs it in the message
        }

        Digest[] lanes = new Digest[count], library = new Digest[count];
        void Lanes()
        {
            if (prefixed)
            {
                Sha256Lanes.HashMany(0, messages.AsSpan(1), length + 1, length, count, lanes);
            }
            else
            {
                Sha256Lanes.HashMany(messages.AsSpan(1), length + 1, length, count, lanes);
            }
        }

        void Library()
        {
            Span<byte> hash = stackalloc byte[Digest.Size];
            int skip = prefixed ? 0 : 1;
            for (int i = 0; i < count; i++)
            {
                SHA256.HashData(messages.AsSpan((i * (length + 1)) + skip, length + 1 - skip), hash);
                library[i] = new Digest(hash);
            }
        }

        Lanes();
        Library();
        if (!lanes.AsSpan().SequenceEqual(library))
        {
            throw new InvalidOperationException($"Digests of {length} bytes differ, so there is nothing to compare.");
        }

        List<double> fast = [], slow = [];
        for (int round = 0; round < Rounds; round++)
        {
            fast.Add(Seconds(Lanes));
            slow.Add(Seconds(Library));
        }

        double a = count / fast.Order().ElementAt(Rounds / 2), b = count / slow.Order().ElementAt(Rounds / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{length,6} {(prefixed ? "1 byte" : "none"),7} | {a,15:N0} {a * length / 1e9,7:F2} | {b,25:N0} {b * length / 1e9,7:F2} | {a / b,6:F1}"));
    }

    private static double Seconds(Action action)
    {
        const int Repeats = 8;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repeats; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / Repeats;
    }
}

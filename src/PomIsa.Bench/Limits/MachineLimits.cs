using System.Diagnostics;
using PomIsa.Kernels;

namespace PomIsa.Bench.Limits;

/// <summary>What this machine can do at most with a number of threads: the yardstick of shares.</summary>
/// <param name="Threads">Threads that took part.</param>
/// <param name="ReadBandwidth">Bytes read from memory a second, in order, from a block that no cache holds.</param>
/// <param name="FloatPeak">f32 operations a second, a fused multiply-add counting as two.</param>
/// <param name="BytePeak">8-bit operations a second, a multiply-add counting as two, with the widest instruction that .NET has here.</param>
public sealed record MachineLimits(int Threads, double ReadBandwidth, double FloatPeak, double BytePeak)
{
    private const long BlockBytes = 1L << 30;
    private const int Rounds = 5;
    private const long PeakSteps = 4_000_000;

    /// <summary>Measures all three: the best of some rounds, since a limit is what was reached. Takes about a second.</summary>
    public static MachineLimits Measure(int threads, CancellationToken stop)
    {
        using var block = new HugeBlock(BlockBytes);
        using var pool = new WorkerPool(threads);
        long units = threads * PeakSteps;
        return new MachineLimits(
            threads,
            BlockBytes / Best(pool, i => Stream(block, i, threads), stop),
            units * PeakLoops.FloatOperations / Best(pool, static _ => PeakLoops.Floats(PeakSteps), stop),
            units * PeakLoops.ByteOperations / Best(pool, static _ => PeakLoops.Bytes(PeakSteps), stop));
    }

    private static unsafe void Stream(HugeBlock block, int piece, int pieces)
    {
        long length = block.Length / pieces;
        PeakLoops.Read(block.Bytes + (piece * length), length);
    }

    private static double Best(WorkerPool pool, Action<int> body, CancellationToken stop)
    {
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            pool.Run(pool.Threads, body);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}

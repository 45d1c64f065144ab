namespace PomIsa.Bench.Runs;

/// <summary>Several runners side by side: one run of each in turn, so that what disturbs the machine disturbs all of them.</summary>
public static class Interleaved
{
    /// <summary>Lets the threads of the runner before go to sleep.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    /// <summary>Tokens a second of each runner, one value a round, after a round that warms up.</summary>
    /// <exception cref="ResultsDifferException">Two runs that must agree gave different tokens.</exception>
    public static double[][] Rates(IReadOnlyList<IDecoderRunner> runners, Workload workload, int rounds, CancellationToken stop)
    {
        double[][] rates = [.. runners.Select(_ => new double[rounds])];
        RunTiming? exact = null;
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < runners.Count; i++)
            {
                // Each round begins with another runner: none is always the one after the same other.
                int turn = (i + round + 1) % runners.Count;
                stop.ThrowIfCancellationRequested();
                Thread.Sleep(Pause);
                RunTiming timing = runners[turn].Run(workload);
                if (runners[turn].IsExact)
                {
                    exact ??= timing;
                    Require(exact, timing, workload, runners[turn]);
                }

                if (round >= 0)
                {
                    rates[turn][round] = timing.Rate(workload);
                }
            }
        }

        return rates;
    }

    /// <summary>The middle value; of an even number the upper of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Require(RunTiming expected, RunTiming actual, Workload workload, IDecoderRunner runner)
    {
        if (!expected.Tokens.AsSpan().SequenceEqual(actual.Tokens.AsSpan()))
        {
            throw new ResultsDifferException($"{runner.Name} answered {workload.Name} with other tokens than the run before it, so there is nothing to compare.");
        }
    }
}

/// <summary>Results that must be equal are not; no figure is given.</summary>
public sealed class ResultsDifferException(string message) : Exception(message);

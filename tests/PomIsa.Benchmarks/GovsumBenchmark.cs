using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Training.Recipe;

namespace PomIsa.Benchmarks;

/// <summary>Decoding speed of govsum with and without evidence, in f32 and w8, side by side in interleaved rounds.</summary>
internal static class GovsumBenchmark
{
    private const int Prompts = 8;

    public static int Run(int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            ModelFolder model = ModelFolder.FindExample();
            var data = new DataFolder(new DirectoryInfo(folder));
            data.Create();
            ImmutableArray<int>[] prompts =
                [.. Enumerable.Range(0, Prompts).Select(i => model.Tokenizer.EncodePrompt(TrainingData.Text(TrainingData.EvaluationWindow(5, (ulong)i)).Prompt))];
            Console.WriteLine("weights threads | tokens/s without evidence | with | ratio | evidence share | prefill tokens/s | records/token");
            foreach (string track in new[] { "f32", "w8" })
            {
                using BoundProgram program = model.Open(track, data);
                foreach (int threads in new[] { 1, 2 })
                {
                    Console.WriteLine($"{track,7} {threads,7} | {Measure(program, prompts, threads, rounds, Path.Combine(folder, $"log-{track}-{threads}"))}");
                }
            }

            long peak = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
            Console.WriteLine($"medians of {rounds} interleaved rounds of {Prompts} prompts; peak memory of the process {peak} MiB");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Measure(BoundProgram program, ImmutableArray<int>[] prompts, int threads, int rounds, string folder)
    {
        using var pool = new WorkerPool(threads);
        using RecordLog log = RecordLog.Open(folder);
        List<double> plain = [], attested = [], shares = [], prefills = [], records = [];
        for (int round = -1; round < rounds; round++)
        {
            Sum without = default, with = default;
            for (int i = 0; i < prompts.Length; i++)
            {
                var request = new RunRequest { Prompt = prompts[i], Trigger = Digest.Of([(byte)i, (byte)(round + 1)]) };
                RunOutcome a = Require(MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? p, out MachineFault fault), p, fault);
                RunOutcome b = Require(AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? t, out fault), t, fault);
                if (!a.Tokens.AsSpan().SequenceEqual(b.Tokens.AsSpan()))
                {
                    throw new InvalidOperationException("The two runs differ, so there is nothing to compare.");
                }

                without = without.Plus(a, prompts[i].Length);
                with = with.Plus(b, prompts[i].Length);
            }

            if (round >= 0) // the first round warms up
            {
                plain.Add(without.Tokens / without.Seconds);
                attested.Add(with.Tokens / with.Seconds);
                shares.Add(with.Evidence / with.Seconds);
                prefills.Add(without.PromptTokens / without.Prefill);
                records.Add((double)with.Records / with.Tokens);
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Median(plain),9:F0} | {Median(attested),6:F0} | {Median([.. attested.Zip(plain, (b, a) => b / a)]),5:F2} | {Median(shares),6:P1} | {Median(prefills),7:F0} | {Median(records),6:F1}");
    }

    private static RunOutcome Require(bool ran, RunOutcome? outcome, MachineFault fault) =>
        ran && outcome is not null ? outcome : throw new InvalidOperationException($"{fault.Code} {fault.Detail}");

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private readonly record struct Sum(long Tokens, double Seconds, double Evidence, long PromptTokens, double Prefill, ulong Records)
    {
        public Sum Plus(RunOutcome run, int prompt) => new(
            Tokens + run.Tokens.Length,
            Seconds + run.Elapsed.TotalSeconds,
            Evidence + run.EvidenceTime.TotalSeconds,
            PromptTokens + prompt,
            Prefill + run.PrefillTime.TotalSeconds,
            Records + run.Records);
    }
}

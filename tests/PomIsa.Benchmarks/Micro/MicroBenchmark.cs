using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace PomIsa.Benchmarks.Micro;

/// <summary>The main kernels under BenchmarkDotNet, with what they allocate: nothing.</summary>
internal static class MicroBenchmark
{
    public static int Run(string[] arguments)
    {
        // In this process: a project built for each benchmark would have other settings of the JIT than the machine has.
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(ConsoleLogger.Default)
            .WithOption(ConfigOptions.DisableLogFile, true)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "pomisa-micro"));
        string[] words = arguments.Length > 0 ? arguments : ["--filter", "*"];
        BenchmarkSwitcher.FromTypes([typeof(LinearBenchmarks), typeof(RowBenchmarks)]).Run(words, config);
        return 0;
    }
}

/// <summary>Inputs.</summary>
internal static class Values
{
    /// <summary>Values in [-1, 1), the same for a seed each time.</summary>
    public static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (2 * random.NextSingle()) - 1;
        }

        return values;
    }
}

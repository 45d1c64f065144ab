using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using PomIsa.Isa;

namespace PomIsa.Benchmarks.Modules;

/// <summary>Decoding and verifying modules of a million instructions on one thread, timed apart.</summary>
internal static class VerifierBenchmark
{
    // Rounds, and a pause, until what runs is compiled in full.
    private const int WarmUp = 4;

    public static int Run(int rounds)
    {
        Console.WriteLine("| module of 2^20 instructions | bytes | decode ms | verify ms | verify, ms a million instructions |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        (string Name, Module Module)[] modules = LargeModules.All();
        foreach ((_, Module module) in modules)
        {
            for (int round = 0; round < WarmUp; round++)
            {
                _ = Module.TryDecode(module.Encode(), out Module decoded, out _) && Isa.Verification.Verifier.TryVerify(decoded, out _, out _);
            }

            Thread.Sleep(300);
        }

        foreach ((string name, Module module) in modules)
        {
            byte[] bytes = module.Encode();
            int count = module.Functions.Sum(static f => f.Body.Length);
            double[] decoding = new double[rounds], verifying = new double[rounds];
            for (int round = -1; round < rounds; round++)
            {
                GC.Collect();
                long start = Stopwatch.GetTimestamp();
                if (!Module.TryDecode(bytes, out Module decoded, out Fault malformed))
                {
                    Console.Error.WriteLine($"{name}: {malformed}");
                    return 1;
                }

                double decode = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                GC.Collect();
                start = Stopwatch.GetTimestamp();
                if (!Isa.Verification.Verifier.TryVerify(decoded, out _, out ImmutableArray<Fault> faults))
                {
                    Console.Error.WriteLine($"{name}: {FaultText.Describe(faults[0], decoded)}");
                    return 1;
                }

                double verify = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (round >= 0)
                {
                    (decoding[round], verifying[round]) = (decode, verify);
                }
            }

            Array.Sort(decoding);
            Array.Sort(verifying);
            double ms = verifying[rounds / 2];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {name}, {count:N0} | {bytes.Length:N0} | {decoding[rounds / 2]:0.0} | {ms:0.0} | {ms * 1e6 / count:0.0} |"));
        }

        return 0;
    }
}

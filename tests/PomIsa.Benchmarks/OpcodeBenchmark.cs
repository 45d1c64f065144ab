using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Assembly;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Log;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Benchmarks;

/// <summary>What an opcode costs beyond its kernel: dispatch, and with evidence its record. Tiny tensors, so that little else is left.</summary>
internal static class OpcodeBenchmark
{
    private const int Chain = 1000;
    private const int Calls = 200;
    private const int ControlRounds = 50_000;

    private static int s_trigger;

    public static int Run(int rounds)
    {
        Console.WriteLine("program                 | retires | ns/retire plain | with evidence | kernel alone | beyond it, with evidence");
        foreach (int width in new[] { 16, 64, 576 })
        {
            Print(FormattableString.Invariant($"vadd [1,{width}]"), Tensors(width), width, rounds);
        }

        Print("scalars and control", Control(), 0, rounds);
        Console.WriteLine($"medians of {rounds} interleaved rounds, one thread; the kernel alone is called in a loop on the same tensors");
        return 0;
    }

    private static void Print(string name, string source, int width, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            using BoundProgram program = Bind(source);
            using var pool = new WorkerPool(1);
            using RecordLog log = RecordLog.Open(folder);
            List<double> plain = [], attested = [], kernel = [];
            ulong retires = 0;
            for (int round = -1; round < rounds; round++)
            {
                RunOutcome off = Require(MachineRun.TryExecutePlain(program, Request(), pool, out RunOutcome? p, out MachineFault fault), p, fault);
                RunOutcome on = Require(AttestedRun.TryExecute(program, Request(), log, pool, out RunOutcome? t, out fault), t, fault);
                if (off.Retired != on.Retired || !off.Tokens.AsSpan().SequenceEqual(on.Tokens.AsSpan()))
                {
                    throw new InvalidOperationException("The two runs differ, so there is nothing to compare.");
                }

                double alone = width > 0 ? KernelNanoseconds(width) : 0;
                if (round >= 0) // the first round warms up
                {
                    retires = on.Retired;
                    plain.Add(off.Elapsed.TotalNanoseconds / off.Retired);
                    attested.Add(on.Elapsed.TotalNanoseconds / on.Retired);
                    kernel.Add(alone);
                }
            }

            double with = Interleaved.Median(attested), without = Interleaved.Median(kernel);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-23} | {retires,7:N0} | {Interleaved.Median(plain),15:F0} | {with,13:F0} | {without,12:F1} | {with - without,8:F0}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static BoundProgram Bind(string source)
    {
        AssemblyResult result = Assembler.Assemble(source, "opcode.pisa");
        return result.Module is { } module && Verifier.TryVerify(module, out VerifiedModule? verified, out _)
            && BoundProgram.TryBind(verified, null, out BoundProgram? program, out _)
                ? program
                : throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
    }

    /// <summary>A step of many additions, called again and again; a batch of records is closed after each call.</summary>
    private static string Tensors(int width) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        .step chain(x: f32[1, {{width}}]) -> (y: f32[1, {{width}}])
            vadd y, x, x
            .repeat i 1..{{Chain}}
            vadd y, y, x
            .end
            ret
        .end
        .driver main
            .reg x: f32[1, {{width}}]
            zeros x
            push {{Calls}}
            loop {{Calls}}
                call chain, x -> y
                commit
            end
            halt
        .end
        .entry main

        """);

    private static string Control() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        .driver main
            .local sum
            push {{ControlRounds}}
            loop {{ControlRounds}}
                get sum
                push 3
                add
                set sum
            end
            get sum
            emit
            halt
        .end
        .entry main

        """);

    private static double KernelNanoseconds(int width)
    {
        const int Repeats = 100_000;
        float[] x = new float[width], y = new float[width];
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < Repeats; i++)
        {
            Elementwise.Add(y, x, y);
        }

        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalNanoseconds / Repeats;
    }

    // A run with the opening of an earlier one would be taken for that one, to be continued.
    private static RunRequest Request() => new()
    {
        Prompt = ImmutableArray<int>.Empty,
        Trigger = Digest.Of(BitConverter.GetBytes(s_trigger++)),
    };

    private static RunOutcome Require(bool ran, RunOutcome? outcome, MachineFault fault) =>
        ran && outcome is not null ? outcome : throw new InvalidOperationException($"{fault.Code} {fault.Detail}");
}

using System.Globalization;
using PomIsa.Bench.Decoders;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Benchmarks.Disputes;

/// <summary>A generation in which a machine errs once, at the last record of each opcode where that is seen, and stands to it: rounds, the proof's bytes, the milliseconds of its check.</summary>
internal static class DisputeBenchmark
{
    private const int Prompt = 16, MostTries = 4;

    public static int Run(string[] arguments) => arguments is ["long", .. var rest] ? LongDispute.Run(rest) : EachOpcode(arguments);

    private static int EachOpcode(string[] arguments)
    {
        string name = arguments.Length > 0 ? arguments[0] : "135M", kind = arguments.Length > 1 ? arguments[1] : "w8";
        int tokens = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 32;
        string cache = arguments.Length > 3 ? arguments[3] : Path.Combine(".pomisa", "bench");
        DecoderSize size = DecoderSize.All.First(s => s.Name == name);
        using BoundProgram program = new DecoderCache(cache).Open(size, WeightKind.All.First(k => k.Name == kind), new Progress<string>(), CancellationToken.None).Load(tokens - 1);
        using var pool = new WorkerPool(Environment.ProcessorCount);
        var request = new RunRequest { Prompt = [.. Enumerable.Range(0, Prompt).Select(i => (i * 7919) % size.Vocabulary)] };
        using var run = new DisputedRun(program, request, pool);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {kind}, {Prompt} + {tokens} tokens, {run.Records} records, program {Dispute.Bare(program.Module).Length} bytes"));
        Console.WriteLine(SettledLie.Heading);
        Dictionary<OpcodeRow, int> tries = [];
        for (int at = run.Records - 2; at > 0; at--)
        {
            OpcodeRow row = run.RowAt(at);
            int tried = tries.GetValueOrDefault(row);
            if (row is not { WrittenTensors: 0, Pushes: 0, Emits: 0 } && tried < MostTries)
            {
                tries[row] = run.Lie(at, Faults.Output) is { } settled && Print(row.Mnemonic, settled) ? MostTries : tried + 1;
            }
        }

        int product = run.Last("linear.w8") ?? run.Last("linear.w4") ?? run.Last("matmul") ?? 0;
        Print("  what it multiplies", run.Lie(product, Faults.Recorded));
        Print("  rows of a state", run.Lie(run.Last("append", before: product) ?? 0, Faults.State));
        Print("  a record alone", run.Deny(product, Faults.Recorded));
        return 0;
    }

    private static bool Print(string what, SettledLie? settled)
    {
        Console.WriteLine($"{what,-20} {settled?.ToString() ?? "nothing differs"}");
        return settled is not null;
    }
}

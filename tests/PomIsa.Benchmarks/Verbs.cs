using System.Globalization;
using PomIsa.Benchmarks.Float;

namespace PomIsa.Benchmarks;

/// <summary>One benchmark: its word on the command line, what may follow it, and what it measures.</summary>
internal sealed record Verb(string Name, string Arguments, string What, Func<string[], int> Run);

/// <summary>All benchmarks. A new one is one line here.</summary>
internal static class Verbs
{
    public static Verb[] All { get; } =
    [
        new("models", "[options]", "whole decoders in f32, w8 and w4 beside ONNX Runtime; --help says more", ModelsBenchmark.Run),
        new("onnx", "[options]", "ONNX files of decoders, compiled, beside ONNX Runtime with the same files; --help says more", Exports.OnnxBenchmark.Run),
        new("large", "[MiB [KINDS]]", "memory and time to compile an ONNX model of 2 GB in f32, w8 and w4", Large.LargeBenchmark.Run),
        new("govsum", "[rounds]", "the example model in f32 and w8, with and without evidence", static a => GovsumBenchmark.Run(Rounds(a, 9))),
        new("opcode", "[rounds]", "what an opcode costs beyond its kernel: dispatch and record", static a => OpcodeBenchmark.Run(Rounds(a, 9))),
        new("micro", "[--filter GLOB]", "the main kernels under BenchmarkDotNet", Micro.MicroBenchmark.Run),
        new("hash", "", "SHA-256 in vector lanes beside the library's", static _ => HashBenchmark.Run()),
        new("integer", "[rounds]", "quantized linear layers, as shares of the peaks of arithmetic and memory", static a => Integer.IntegerBenchmark.Run(Rounds(a, 9))),
        new("elementary", "[rounds] [--json]", "each elementary function beside TensorPrimitives, elements a second", ElementaryBenchmark.Run),
        new("kernels", "[name [rounds]]", "each f32 kernel as a share of the processor's peak or the memory's bandwidth, measured beside it", static a => KernelBenchmark.Run(a)),
        new("views", "[rounds]", "views, choices and conversions beside a plain copy of as many bytes", static a => ViewBenchmark.Run(Rounds(a, 9))),
        new("verifier", "[rounds]", "decoding and verifying modules of a million instructions", static a => Modules.VerifierBenchmark.Run(Rounds(a, 9))),
        new("network", "[rounds]", "windows, attention over registers, selection and draws: kernels on one thread", static a => NetworkBenchmark.Run(Rounds(a, 9))),
        new("replay", "[size kind threads rounds cache [profile]]", "verifying a generation by replay, wide and step by step, beside generating it", ReplayBenchmark.Run),
        new("load", "[size kind rounds cache]", "loading weights: the store opened, chunks read and hashed, tensors hashed for the program", LoadBenchmark.Run),
        new("keep", "[size kind tokens cache]", "what a log takes at rest with all records and with roots alone; receipts of tokens", KeepBenchmark.Run),
        new("audit", "[sizes kind threads rounds tokens cache [profile]]", "auditing a generation from its openings, beside generating and replaying it, over several sizes", AuditBenchmark.Run),
        new("private", "[size kind threads rounds cache]", "outputs under salt: what a private run costs beside a public one", PrivacyBenchmark.Run),
        new("dispute", "[size kind tokens cache | long [tokens]]", "a fault at each opcode of a generation: rounds, bytes and check of its proof; one in very many tokens", Disputes.DisputeBenchmark.Run),
        new("evidence", "[size kind threads rounds cache]", "what evidence costs: shares of decoding and prefill, time by record, hashing alone", EvidenceBenchmark.Run),
        new("log", "[rounds]", "mints a second, and where their time goes", static a => LogBenchmark.Run(Rounds(a, 5))),
    ];

    public static void Help(TextWriter to)
    {
        to.WriteLine("Benchmarks of PomIsa. Results are compared first; figures are medians of interleaved rounds.");
        to.WriteLine();
        to.WriteLine("usage: dotnet run -c Release --project tests/PomIsa.Benchmarks -- VERB [arguments]");
        to.WriteLine();
        int width = All.Max(static v => Left(v).Length);
        foreach (Verb verb in All)
        {
            to.WriteLine($"  {Left(verb).PadRight(width)}   {verb.What}");
        }
    }

    /// <summary>The first argument as a number of rounds, three at least.</summary>
    public static int Rounds(string[] arguments, int usual) =>
        arguments.Length > 0 && int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) ? Math.Max(3, rounds) : usual;

    private static string Left(Verb verb) => $"{verb.Name} {verb.Arguments}".TrimEnd();
}

using System.Diagnostics;
using System.Globalization;
using PomIsa.Assembly;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Benchmarks.Disputes;

/// <summary>A small decoder that writes very many tokens, and errs near their end.</summary>
internal static class LongDispute
{
    private const int D = 64, Head = 32, Kv = 32, Ffn = 128, Vocabulary = 256;

    public static int Run(string[] arguments)
    {
        int tokens = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        using BoundProgram program = Bind(tokens);
        using var pool = new WorkerPool(Environment.ProcessorCount);
        long start = Stopwatch.GetTimestamp();
        using var run = new DisputedRun(program, new RunRequest { Prompt = [3, 1, 4, 1, 5] }, pool);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens, {run.Records} records, executed with evidence in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
        Console.WriteLine(SettledLie.Heading);
        int product = run.Last("linear.w8", before: run.Last("attention", before: run.Last("argmax") ?? 0) ?? 0) ?? 0;
        Console.WriteLine($"{"rmsnorm",-20} {run.Lie(run.Last("rmsnorm", before: product) ?? 0, Faults.Output)}");
        Console.WriteLine($"{"attention",-20} {run.Lie(run.Last("attention", before: product) ?? 0, Faults.Output)}");
        Console.WriteLine($"{"  at the beginning",-20} {run.Lie(3, Faults.Output)}");
        return 0;
    }

    private static BoundProgram Bind(int tokens)
    {
        var weights = new DrawnWeights("w8", seed: 7);
        weights.Matrix("embed", D, Vocabulary);
        foreach ((string name, int k, int n) in new[] { ("wq", D, D), ("wk", D, Kv), ("wv", D, Kv), ("wo", D, D), ("gate", D, Ffn), ("up", D, Ffn), ("down", Ffn, D) })
        {
            weights.Matrix(name, k, n);
        }

        weights.Rows("norm", D);
        weights.Rows("norm1", D);
        weights.Rows("norm2", D);
        string source = string.Create(CultureInfo.InvariantCulture, $"""
            .module long
            .symbol T max 8
            .symbol S max {tokens + 8}
            .symbol P max 8
            .input prompt i32[P]
            .weight embed w8[{D}, {Vocabulary}] panels
            .weight wq w8[{D}, {D}] panels
            .weight wk w8[{D}, {Kv}] panels
            .weight wv w8[{D}, {Kv}] panels
            .weight wo w8[{D}, {D}] panels
            .weight gate w8[{D}, {Ffn}] panels
            .weight up w8[{D}, {Ffn}] panels
            .weight down w8[{Ffn}, {D}] panels
            .weight norm f32[{D}]
            .weight norm1 f32[{D}]
            .weight norm2 f32[{D}]
            .state k f32[S, {Kv}] max {tokens + 8}
            .state v f32[S, {Kv}] max {tokens + 8}
            .step forward(ids: i32[T]) -> (logits: f32[1, {Vocabulary}])
                embed x, ids, embed
                rmsnorm h, x, norm1, 1e-5
                linear.w8 q, h, wq
                linear.w8 kk, h, wk
                linear.w8 vv, h, wv
                append k, kk
                append v, vv
                attention a, q, k, v, {Head}, 0.25
                linear.w8 o, a, wo
                vadd x, x, o
                rmsnorm h, x, norm2, 1e-5
                linear.w8 g, h, gate
                linear.w8 u, h, up
                swiglu g, g, u
                linear.w8 o, g, down
                vadd x, x, o
                tail last, x, 1
                rmsnorm last, last, norm, 1e-5
                linear.w8 logits, last, embed
                ret
            .end
            .driver main
                input words, prompt
                call forward, words -> logits
                push {tokens}
                loop {tokens}
                    argmax logits
                    dup
                    emit
                    token word
                    call forward, word -> logits
                    commit
                end
                halt
            .end
            .entry main
            """);
        // The weights lie in the module, so that its digest stands for them.
        Module module = Assembler.Assemble(source, "long.pisa", options: new AssemblerOptions { Weights = weights }).Module ?? throw new InvalidOperationException("The program does not assemble.");
        module = module with { Data = [.. module.Weights.Select((w, i) => new WeightData(i, [.. weights[w.Name]]))] };
        return Verifier.TryVerify(module, out VerifiedModule? verified, out _) && BoundProgram.TryBind(verified, null, out BoundProgram? program, out _)
            ? program : throw new InvalidOperationException("The program is not valid.");
    }
}

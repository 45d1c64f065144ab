using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests.Projecting;

/// <summary>A step with a product of each kind, in drawn weights, and a driver that continues a prompt with it.</summary>
internal static class QuantizedProgram
{
    private const int D = 32, Inner = 64, Vocabulary = 48;

    public static BoundProgram Bind(int tokens)
    {
        var weights = new DrawnWeights("w8", seed: 5);
        weights.Matrix("table", D, Vocabulary);
        weights.Matrix("wa", D, Inner);
        weights.Matrix("wb", Inner, D, "w4");
        weights.Matrix("wc", D, Vocabulary);
        weights.Matrix("wd", D, Vocabulary, "w4");
        VerifiedModule verified = Programs.Verify(
            $"""
            .symbol T max 64
            .symbol P max 64
            .input prompt i32[P]
            .weight table w8[{D}, {Vocabulary}] panels
            .weight wa w8[{D}, {Inner}] panels
            .weight wb w4[{Inner}, {D}] panels
            .weight wc w8[{D}, {Vocabulary}] panels
            .weight wd w4[{D}, {Vocabulary}] panels
            .step forward(ids: i32[T]) -> (logits: f32[1, {Vocabulary}])
                embed x, ids, table
                linear.w8 a, x, wa
                silu a, a
                linear.w4 b, a, wb
                vadd x, x, b
                quantize q, d, x
                matmul.i8 c, q, wc
                dequantize e, c, d, wc
                matmul.i8 c, q, wd
                dequantize f, c, d, wd
                vadd e, e, f
                tail logits, e, 1
                ret
            .end
            .driver main
                input words, prompt
                call forward, words -> logits
                commit
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
            """,
            weights);
        Assert.True(BoundProgram.TryBind(verified, [.. verified.Module.Weights.Select(w => weights[w.Name])], out BoundProgram? program, out MachineFault fault), fault.Detail);
        return program;
    }
}

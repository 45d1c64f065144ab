using System.Collections.Immutable;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Records;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>Lies of a decoder whose weights come from a manifest and whose states grow from step to step.</summary>
public sealed class DecoderValueTests
{
    private const string Feed = """
            call forward, words -> logits
            commit
            push 4
            loop 4
                argmax logits
                dup
                emit
                token word
                call forward, word -> logits
                commit
            end
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_opcode_of_its_last_step_is_settled(bool quantized)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(Feed);
        var request = new RunRequest { Prompt = [3, 1, 4, 1, 5, 9, 2, 6, 5], Salt = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)] };
        var random = new Random(7);
        string[] opcodes = ["token", "embed", "rmsnorm", quantized ? "linear.w8" : "matmul", "rope", "attention", "vadd", "silu", "vmul", "tail", "input", "argmax"];
        foreach (string opcode in opcodes)
        {
            using var one = new ValueCase(program, request, opcode);
            for (int output = 0; output < Math.Max(1, one.Subject.Outputs); output++)
            {
                byte[] bytes = one.Subject.IsScalar ? [] : one.Bytes(output);
                Retire lie = one.Record with { Scalars = [.. one.Record.Scalars.Select(static s => s ^ 1)] };
                if (bytes.Length > 0)
                {
                    bytes[random.Next(bytes.Length)] ^= 4;
                    lie = one.Lie(output, bytes);
                }

                foreach (bool byCells in (bool[])[false, true])
                {
                    ValueOutcome outcome = one.Dispute(lie, output, bytes, byCells: byCells);
                    Assert.True(outcome.Kind == FaultKind.Value, $"{opcode}: {outcome.Text}");
                    Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), $"{opcode}: {what}");
                }
            }
        }
    }

    [Fact]
    public void Openings_of_other_weights_prove_nothing()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(Feed);
        using var one = new ValueCase(program, new RunRequest { Prompt = [3, 1, 4] }, "linear.w8");
        byte[] bytes = one.Bytes(0);
        bytes[^1] ^= 4;
        Retire lie = one.Lie(0, bytes);
        ValueOutcome outcome = one.Dispute(lie, 0, bytes);
        Assert.True(ValueBody.TryParse(outcome.Body.Span, out ValueBody? body));
        OpenedWeights weights = body.Weights!;
        OpenedWeight tensor = weights.Tensors[0];
        byte[][] blocks = [.. tensor.Blocks.Blocks.Select(static b => b.ToArray())];
        blocks[0][0] ^= 1;
        OpenedWeight changed = tensor with { Blocks = tensor.Blocks with { Blocks = blocks } };
        foreach (OpenedWeights other in (OpenedWeights[])
        [
            weights with { Tensors = [changed, .. weights.Tensors[1..]] },
            weights with { Resources = [.. weights.Resources.Reverse()] },
            weights with { Tree = (weights.Tree + 1) % weights.Resources.Length },
            weights with { Tensors = [tensor with { Leaf = tensor.Leaf + 1 }, .. weights.Tensors[1..]] },
            weights with { Tensors = [tensor with { Part = 1 }, .. weights.Tensors[1..]] },
        ])
        {
            Assert.False(one.Check(lie, outcome, (body with { Weights = other }).ToBytes(), out string what), what);
        }
    }
}

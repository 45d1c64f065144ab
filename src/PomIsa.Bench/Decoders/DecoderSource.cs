using System.Globalization;

namespace PomIsa.Bench.Decoders;

/// <summary>The program of a decoder in assembly language.</summary>
/// <remarks>
/// A prompt of up to <see cref="LongestDecoded"/> tokens is read and then continued by a fixed number of tokens, greedily
/// and without an end token; a longer one is read, and its first token is the whole response: that run measures prefill.
/// </remarks>
public static class DecoderSource
{
    /// <summary>Longest prompt that the program goes on from.</summary>
    public const int LongestDecoded = 64;

    /// <summary>Positions that the context holds.</summary>
    public static int Context(int tokens) => Math.Max(DecoderSize.MaxPrompt, LongestDecoded + tokens);

    /// <summary>The source of a decoder that answers a short prompt with 1 + <paramref name="tokens"/> tokens.</summary>
    public static string Of(DecoderSize size, WeightKind kind, int tokens) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        ;; A decoder of {{size.Dim}} x {{size.Layers}} with random weights in {{kind.Name}}: for speed, not for sense.
        .module synthetic
        .type W {{kind.Name}}
        .alias linear {{kind.Opcode}}
        .const LAYERS  {{size.Layers}}
        .const D       {{size.Dim}}
        .const HEAD    {{size.HeadDim}}
        .const KV      {{size.KvDim}}
        .const FFN     {{size.Ffn}}
        .const VOCAB   {{size.Vocabulary}}
        .const PROMPT  {{DecoderSize.MaxPrompt}}
        .const CONTEXT {{Context(tokens)}}
        .const ANSWER  {{tokens}}
        .const EPS     1e-5

        .symbol T max PROMPT         ; tokens in this step
        .symbol S max CONTEXT        ; tokens before it
        .symbol P max PROMPT
        .input prompt i32[P]

        .weight embed    W[D, VOCAB] panels
        .weight norm     f32[D]
        .weight rope.cos f32[{{RotaryPositions}}, HEAD / 2]
        .weight rope.sin f32[{{RotaryPositions}}, HEAD / 2]
        .repeat i 0..LAYERS
        .weight l{i}.norm1 f32[D]
        .weight l{i}.wq    W[D, D] panels
        .weight l{i}.wk    W[D, KV] panels
        .weight l{i}.wv    W[D, KV] panels
        .weight l{i}.wo    W[D, D] panels
        .weight l{i}.norm2 f32[D]
        .weight l{i}.gate  W[D, FFN] panels
        .weight l{i}.up    W[D, FFN] panels
        .weight l{i}.down  W[FFN, D] panels
        .state  l{i}.k f32[S, KV] max CONTEXT
        .state  l{i}.v f32[S, KV] max CONTEXT
        .end

        .step forward(ids: i32[T]) -> (logits: f32[1, VOCAB])
            embed x, ids, embed
            .repeat i 0..LAYERS
            rmsnorm h, x, l{i}.norm1, EPS
            linear q, h, l{i}.wq
            linear k, h, l{i}.wk
            linear v, h, l{i}.wv
            rope q, q, rope.cos, rope.sin, S
            rope k, k, rope.cos, rope.sin, S
            append l{i}.k, k
            append l{i}.v, v
            attention a, q, l{i}.k, l{i}.v, HEAD, 1.0 / sqrt(HEAD)
            linear o, a, l{i}.wo
            vadd x, x, o
            rmsnorm h, x, l{i}.norm2, EPS
            linear g, h, l{i}.gate
            linear u, h, l{i}.up
            swiglu g, g, u
            linear o, g, l{i}.down
            vadd x, x, o
            .end
            tail last, x, 1
            rmsnorm last, last, norm, EPS
            linear logits, last, embed
            ret
        .end

        .driver main
            .local next
            input words, prompt
            call forward, words -> logits
            commit
            argmax logits
            dup
            set next
            emit
            state.len l0.k           ; after a long prompt, no round
            push {{LongestDecoded}}
            le
            push ANSWER
            mul
            loop ANSWER
                get next
                token word
                call forward, word -> logits
                argmax logits
                dup
                set next
                emit
                commit
            end
            halt
        .end
        .entry main

        """);

    /// <summary>Positions of the rotary tables, which are weights and do not depend on what is decoded.</summary>
    public const int RotaryPositions = 2048;
}

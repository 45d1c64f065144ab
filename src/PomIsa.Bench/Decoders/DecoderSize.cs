using System.Collections.Immutable;

namespace PomIsa.Bench.Decoders;

/// <summary>The dimensions of a Llama-like decoder with tied embeddings; its weights are random.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="Layers">Blocks of attention and gated feed-forward.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key and value heads, which divide the query heads.</param>
/// <param name="HeadDim">Width of one head; Heads · HeadDim = Dim.</param>
/// <param name="Ffn">Width of the gated layer.</param>
/// <param name="Vocabulary">Tokens, a multiple of 16.</param>
public sealed record DecoderSize(string Name, int Dim, int Layers, int Heads, int KvHeads, int HeadDim, int Ffn, int Vocabulary)
{
    /// <summary>Longest prompt that is measured.</summary>
    public const int MaxPrompt = 512;

    /// <summary>The sizes that are measured.</summary>
    public static ImmutableArray<DecoderSize> All { get; } =
    [
        new("288x6", 288, 6, 6, 6, 48, 768, 32000),
        new("135M", 576, 30, 9, 3, 64, 1536, 49152),
        new("0.5B", 896, 24, 14, 2, 64, 4864, 151936),
    ];

    /// <summary>Width of the keys and values of one token.</summary>
    public int KvDim => KvHeads * HeadDim;

    /// <summary>All weights, in the order in which a step needs them.</summary>
    public IEnumerable<DecoderTensor> Tensors =>
        [Embedding, DecoderTensor.Norm("norm", Dim), .. Enumerable.Range(0, Layers).SelectMany(Layer)];

    /// <summary>Column v is the embedding of token v; the same matrix gives the logits.</summary>
    public DecoderTensor Embedding => DecoderTensor.Matrix("embed", Dim, Vocabulary, 1);

    /// <summary>Multiply-adds of the matrix products that one more token takes, logits not counted.</summary>
    public long LayerProducts => Enumerable.Range(0, Layers).SelectMany(Layer).Sum(static t => (long)t.Rows * t.Columns);

    /// <summary>Multiply-adds of a step over <paramref name="tokens"/> tokens from an empty context: products, attention, the last token's logits.</summary>
    public long PrefillProducts(int tokens) =>
        (tokens * LayerProducts) + ((long)Dim * Vocabulary) + ((long)Layers * Heads * HeadDim * tokens * (tokens + 1));

    /// <summary>Weights of block <paramref name="i"/>.</summary>
    public IEnumerable<DecoderTensor> Layer(int i)
    {
        // What the residual stream gains is kept small, so that it stays near 1 at any depth.
        float gain = 1 / MathF.Sqrt(2 * Layers);
        yield return DecoderTensor.Norm($"l{i}.norm1", Dim);
        yield return DecoderTensor.Matrix($"l{i}.wq", Dim, Dim, 1);
        yield return DecoderTensor.Matrix($"l{i}.wk", Dim, KvDim, 1);
        yield return DecoderTensor.Matrix($"l{i}.wv", Dim, KvDim, 1);
        yield return DecoderTensor.Matrix($"l{i}.wo", Dim, Dim, gain);
        yield return DecoderTensor.Norm($"l{i}.norm2", Dim);
        yield return DecoderTensor.Matrix($"l{i}.gate", Dim, Ffn, 1);
        yield return DecoderTensor.Matrix($"l{i}.up", Dim, Ffn, 1);
        yield return DecoderTensor.Matrix($"l{i}.down", Ffn, Dim, gain);
    }
}

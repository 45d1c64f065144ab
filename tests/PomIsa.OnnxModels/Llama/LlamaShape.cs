namespace PomIsa.OnnxModels.Llama;

/// <summary>The dimensions of a Llama-like decoder with random weights.</summary>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="Layers">Blocks of attention and gated feed-forward.</param>
/// <param name="Heads">Query heads; their width is Dim / Heads.</param>
/// <param name="KvHeads">Key and value heads, which divide the query heads.</param>
/// <param name="Hidden">Width of the gated layer.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Context">Most positions; rows of the rotary tables.</param>
/// <param name="Tied">Whether the embedding gives the logits too.</param>
/// <param name="Seed">Of the weights.</param>
public sealed record LlamaShape(int Dim, int Layers, int Heads, int KvHeads, int Hidden, int Vocabulary, int Context, bool Tied = false, ulong Seed = 1)
{
    public const float Theta = 10000, Epsilon = 1e-5f;

    /// <summary>Small enough for tests, with grouped heads.</summary>
    public static LlamaShape Tiny { get; } = new(64, 2, 4, 2, 96, 96, 64);

    /// <summary>SmolLM2-135M's.</summary>
    public static LlamaShape Smol135M { get; } = new(576, 30, 9, 3, 1536, 49152, 2048, Tied: true);

    public int HeadDim => Dim / Heads;

    public int KvDim => KvHeads * HeadDim;

    public int Groups => Heads / KvHeads;

    /// <summary>Rotations a position makes in each pair of a head.</summary>
    public float[] InverseFrequencies => [.. Enumerable.Range(0, HeadDim / 2).Select(i => (float)Math.Pow(Theta, -2.0 * i / HeadDim))];

    /// <summary>Cosines and sines, [Context, HeadDim / 2].</summary>
    public (float[] Cos, float[] Sin) RotaryTables()
    {
        float[] frequencies = InverseFrequencies;
        int half = frequencies.Length;
        float[] cos = new float[Context * half], sin = new float[cos.Length];
        for (int i = 0; i < cos.Length; i++)
        {
            (sin[i], cos[i]) = MathF.SinCos(i / half * frequencies[i % half]);
        }

        return (cos, sin);
    }
}

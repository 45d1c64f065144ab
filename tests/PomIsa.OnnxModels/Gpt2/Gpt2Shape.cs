namespace PomIsa.OnnxModels.Gpt2;

/// <summary>The dimensions of a GPT-2 with random weights.</summary>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="Layers">Blocks of attention and feed-forward; the latter is 4 · Dim wide.</param>
/// <param name="Heads">Heads, each Dim / Heads wide.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Context">Positions.</param>
/// <param name="Seed">Of the weights.</param>
public sealed record Gpt2Shape(int Dim, int Layers, int Heads, int Vocabulary, int Context, ulong Seed = 1)
{
    public const float Epsilon = 1e-5f;

    public static Gpt2Shape Tiny { get; } = new(32, 2, 4, 96, 64);

    public int HeadDim => Dim / Heads;
}

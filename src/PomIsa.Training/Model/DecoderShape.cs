namespace PomIsa.Training.Model;

/// <summary>Sizes of a decoder with RMS norm, rotary embedding, grouped-query attention, SwiGLU and tied embeddings.</summary>
/// <param name="Vocabulary">Tokens; a multiple of 16.</param>
/// <param name="Dim">Width of the residual stream; a multiple of 16.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Query heads; they divide <paramref name="Dim"/> into heads of a multiple of 16.</param>
/// <param name="KvHeads">Key and value heads; they divide <paramref name="Heads"/>.</param>
/// <param name="Ffn">Width of the gated layer; a multiple of 16.</param>
/// <param name="Context">Most tokens in one sequence.</param>
public sealed record DecoderShape(int Vocabulary, int Dim, int Layers, int Heads, int KvHeads, int Ffn, int Context)
{
    /// <summary>Epsilon of every RMS norm.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>Width of one head.</summary>
    public int HeadDim => Dim / Heads;

    /// <summary>Width of a row of keys, or of values.</summary>
    public int KvDim => KvHeads * HeadDim;

    /// <summary>Width of queries, keys and values side by side.</summary>
    public int QkvDim => Dim + 2 * KvDim;

    /// <summary>Number of trained values.</summary>
    public int Parameters => Vocabulary * Dim + Dim + Layers * (2 * Dim + Dim * QkvDim + Dim * Dim + 3 * Dim * Ffn);

    /// <summary>Throws where the sizes do not fit together.</summary>
    /// <exception cref="ArgumentException">A size is not a multiple of what it must be.</exception>
    public void Check()
    {
        bool fits = Vocabulary > 0 && Vocabulary % 16 == 0 && Dim > 0 && Dim % 16 == 0 && Ffn > 0 && Ffn % 16 == 0
            && Layers > 0 && Heads > 0 && KvHeads > 0 && Dim % Heads == 0 && HeadDim % 16 == 0 && Heads % KvHeads == 0 && Context > 1;
        if (!fits)
        {
            throw new ArgumentException($"The sizes of {this} do not fit together: multiples of 16, and heads that divide the width.");
        }
    }
}

namespace PomIsa.Training.Model;

/// <summary>Where each matrix of a decoder lies in one long vector of parameters. All are row-major [in, out].</summary>
internal sealed class ParameterLayout
{
    public ParameterLayout(DecoderShape shape)
    {
        Shape = shape;
        int at = shape.Vocabulary * shape.Dim; // the embedding [V, D] comes first
        Layers = new LayerOffsets[shape.Layers];
        for (int i = 0; i < shape.Layers; i++)
        {
            int attentionNorm = at;
            int qkv = attentionNorm + shape.Dim;
            int output = qkv + shape.Dim * shape.QkvDim;
            int ffnNorm = output + shape.Dim * shape.Dim;
            int gateUp = ffnNorm + shape.Dim;
            int down = gateUp + shape.Dim * 2 * shape.Ffn;
            at = down + shape.Ffn * shape.Dim;
            Layers[i] = new LayerOffsets(attentionNorm, qkv, output, ffnNorm, gateUp, down);
        }

        FinalNorm = at;
        Count = at + shape.Dim;
    }

    public DecoderShape Shape { get; }

    public LayerOffsets[] Layers { get; }

    public int FinalNorm { get; }

    public int Count { get; }

    /// <summary>Spans of values that are matrices: they are drawn at random, and weight decay pulls at them.</summary>
    public IEnumerable<(int Offset, int Rows, int Columns)> Matrices()
    {
        DecoderShape s = Shape;
        yield return (0, s.Vocabulary, s.Dim);
        foreach (LayerOffsets layer in Layers)
        {
            yield return (layer.Qkv, s.Dim, s.QkvDim);
            yield return (layer.Output, s.Dim, s.Dim);
            yield return (layer.GateUp, s.Dim, 2 * s.Ffn);
            yield return (layer.Down, s.Ffn, s.Dim);
        }
    }

    /// <summary>Spans of norm weights, which begin at one.</summary>
    public IEnumerable<int> Norms()
    {
        foreach (LayerOffsets layer in Layers)
        {
            yield return layer.AttentionNorm;
            yield return layer.FfnNorm;
        }

        yield return FinalNorm;
    }

    /// <summary>Offsets of one block.</summary>
    internal readonly record struct LayerOffsets(int AttentionNorm, int Qkv, int Output, int FfnNorm, int GateUp, int Down);
}

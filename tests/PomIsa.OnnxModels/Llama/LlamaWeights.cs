using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>The weights of a decoder, [in, out], the same whatever style they are exported in.</summary>
/// <remarks>What a layer adds outweighs the embedding, so that random networks don't say the same token for ever.</remarks>
public sealed class LlamaWeights(LlamaShape shape)
{
    /// <summary>[Vocabulary, Dim].</summary>
    public float[] Embedding() => RandomWeights.Values(shape.Seed, "embed_tokens", (long)shape.Vocabulary * shape.Dim, 0, 0.1f);

    /// <summary>[Dim, Vocabulary].</summary>
    public float[] Head() => shape.Tied
        ? RandomWeights.Transposed(Embedding(), shape.Vocabulary, shape.Dim)
        : RandomWeights.Matrix(shape.Seed, "lm_head", shape.Dim, shape.Vocabulary);

    public float[] Norm(string name) => RandomWeights.Values(shape.Seed, name, shape.Dim, 1, 0.25f);

    public float[] Query(int layer) => RandomWeights.Matrix(shape.Seed, $"{layer}.q", shape.Dim, shape.Dim);

    public float[] Key(int layer) => RandomWeights.Matrix(shape.Seed, $"{layer}.k", shape.Dim, shape.KvDim);

    public float[] Value(int layer) => RandomWeights.Matrix(shape.Seed, $"{layer}.v", shape.Dim, shape.KvDim);

    public float[] Out(int layer) => RandomWeights.Matrix(shape.Seed, $"{layer}.o", shape.Dim, shape.Dim);

    public float[] Gate(int layer) => RandomWeights.Matrix(shape.Seed, $"{layer}.gate", shape.Dim, shape.Hidden);

    public float[] Up(int layer) => RandomWeights.Matrix(shape.Seed, $"{layer}.up", shape.Dim, shape.Hidden);

    public float[] Down(int layer) => RandomWeights.Matrix(shape.Seed, $"{layer}.down", shape.Hidden, shape.Dim);
}

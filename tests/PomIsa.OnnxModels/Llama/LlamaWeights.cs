using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>The weights of a decoder, matrices [in, out], the same whatever style they are exported in.</summary>
/// <param name="shape">Dimensions.</param>
/// <param name="read">The values of: embed_tokens [Vocabulary, Dim]; cos and sin [Context, HeadDim / 2]; norm, i.norm1, i.norm2; i.q, .k, .v, .o, .gate, .up, .down.</param>
public sealed class LlamaWeights(LlamaShape shape, Func<string, float[]> read)
{
    public LlamaShape Shape => shape;

    /// <summary>Random ones.</summary>
    /// <remarks>What a layer adds outweighs the embedding, so that random networks don't say the same token for ever.</remarks>
    public static LlamaWeights Random(LlamaShape shape) => new(shape, name => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "embed_tokens" => RandomWeights.Values(shape.Seed, name, (long)shape.Vocabulary * shape.Dim, 0, 0.1f),
        "cos" => shape.RotaryTables().Cos,
        "sin" => shape.RotaryTables().Sin,
        "lm_head" => RandomWeights.Matrix(shape.Seed, name, shape.Dim, shape.Vocabulary),
        "q" or "o" => RandomWeights.Matrix(shape.Seed, name, shape.Dim, shape.Dim),
        "k" or "v" => RandomWeights.Matrix(shape.Seed, name, shape.Dim, shape.KvDim),
        "gate" or "up" => RandomWeights.Matrix(shape.Seed, name, shape.Dim, shape.Hidden),
        "down" => RandomWeights.Matrix(shape.Seed, name, shape.Hidden, shape.Dim),
        _ => RandomWeights.Values(shape.Seed, name, shape.Dim, 1, 0.25f),
    });

    /// <summary>[Vocabulary, Dim].</summary>
    public float[] Embedding() => read("embed_tokens");

    /// <summary>[Dim, Vocabulary].</summary>
    public float[] Head() => shape.Tied ? RandomWeights.Transposed(Embedding(), shape.Vocabulary, shape.Dim) : read("lm_head");

    /// <summary>Cosines and sines, [Context, HeadDim / 2].</summary>
    public (float[] Cos, float[] Sin) Rotary() => (read("cos"), read("sin"));

    public float[] Norm(string name) => read(name);

    public float[] Query(int layer) => read($"{layer}.q");

    public float[] Key(int layer) => read($"{layer}.k");

    public float[] Value(int layer) => read($"{layer}.v");

    public float[] Out(int layer) => read($"{layer}.o");

    public float[] Gate(int layer) => read($"{layer}.gate");

    public float[] Up(int layer) => read($"{layer}.up");

    public float[] Down(int layer) => read($"{layer}.down");
}

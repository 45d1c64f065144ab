using PomIsa.Training.Model;

namespace PomIsa.Training.Recipe;

/// <summary>One weight as the machine's program names it.</summary>
/// <param name="Name">Such as <c>l0.wq</c>.</param>
/// <param name="Values">Row-major <c>[in, out]</c>, or a vector.</param>
/// <param name="Rows">Inputs, or the length of a vector.</param>
/// <param name="Columns">Outputs, or 0 for a vector.</param>
public sealed record NamedWeight(string Name, float[] Values, int Rows, int Columns);

/// <summary>Parameters of a decoder, taken apart into the weights that a program names.</summary>
public sealed class TrainedWeights(DecoderShape shape, float[] parameters)
{
    private readonly ParameterLayout _layout = new(shape);

    /// <summary>Sizes of the model.</summary>
    public DecoderShape Shape { get; } = shape;

    /// <summary>The embedding as <c>[D, V]</c> (the output matrix; tied), the final norm and the rotary tables.</summary>
    public IEnumerable<NamedWeight> Shared()
    {
        var embed = new float[Shape.Dim * Shape.Vocabulary];
        for (int v = 0; v < Shape.Vocabulary; v++)
        {
            for (int d = 0; d < Shape.Dim; d++)
            {
                embed[(d * Shape.Vocabulary) + v] = parameters[(v * Shape.Dim) + d];
            }
        }

        yield return new NamedWeight("embed", embed, Shape.Dim, Shape.Vocabulary);
        yield return Vector("norm", _layout.FinalNorm);
        int half = Shape.HeadDim / 2;
        float[] cos = new float[Shape.Context * half], sin = new float[Shape.Context * half];
        RotaryTable.Fill(Shape.Context, half, cos, sin);
        yield return new NamedWeight("rope.cos", cos, Shape.Context, half);
        yield return new NamedWeight("rope.sin", sin, Shape.Context, half);
    }

    /// <summary>The weights of block <paramref name="i"/>.</summary>
    public IEnumerable<NamedWeight> Layer(int i)
    {
        ParameterLayout.LayerOffsets at = _layout.Layers[i];
        int d = Shape.Dim, f = Shape.Ffn, q = Shape.QkvDim;
        yield return Vector($"l{i}.norm1", at.AttentionNorm);
        yield return Columns($"l{i}.wq", at.Qkv, d, q, 0, d);
        yield return Columns($"l{i}.wk", at.Qkv, d, q, d, Shape.KvDim);
        yield return Columns($"l{i}.wv", at.Qkv, d, q, d + Shape.KvDim, Shape.KvDim);
        yield return Columns($"l{i}.wo", at.Output, d, d, 0, d);
        yield return Vector($"l{i}.norm2", at.FfnNorm);
        yield return Columns($"l{i}.gate", at.GateUp, d, 2 * f, 0, f);
        yield return Columns($"l{i}.up", at.GateUp, d, 2 * f, f, f);
        yield return Columns($"l{i}.down", at.Down, f, d, 0, d);
    }

    private NamedWeight Vector(string name, int offset) => new(name, parameters[offset..(offset + Shape.Dim)], Shape.Dim, 0);

    private NamedWeight Columns(string name, int offset, int rows, int stride, int first, int count)
    {
        var values = new float[rows * count];
        for (int i = 0; i < rows; i++)
        {
            parameters.AsSpan(offset + (i * stride) + first, count).CopyTo(values.AsSpan(i * count));
        }

        return new NamedWeight(name, values, rows, count);
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Architectures.Sources;
using PomIsa.Isa;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Weights;

namespace PomIsa.Architectures.Weights;

/// <summary>Brings the weights of a program into their stored form, one after the other.</summary>
/// <param name="source">Where they come from.</param>
/// <param name="sink">Where they go.</param>
/// <param name="kind">How matrices are stored.</param>
internal sealed class WeightWriter(ITensorSource source, IWeightSink sink, WeightKind kind)
{
    private readonly List<QuantizedMatrix> _quantized = [];

    /// <summary>What each quantized matrix lost.</summary>
    public IReadOnlyList<QuantizedMatrix> Quantized => _quantized;

    /// <summary>Adds the weights of a program.</summary>
    /// <param name="entries">As the program declares them.</param>
    /// <param name="recipes">Where each comes from, by name.</param>
    /// <param name="progress">Told which one is next.</param>
    /// <param name="stop">Ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>For each entry its index in the sink: equal weights have one.</returns>
    public int[] Write(ImmutableArray<WeightEntry> entries, IReadOnlyDictionary<string, WeightRecipe> recipes, Action<string>? progress, CancellationToken stop)
    {
        var index = new int[entries.Length];
        var shared = new List<int>();
        for (int i = 0; i < entries.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress?.Invoke($"weight {i + 1} of {entries.Length}: {entries[i].Name}");
            switch (recipes[entries[i].Name])
            {
                case MatrixRecipe matrix:
                    index[i] = Matrix(entries[i], matrix, stop);
                    break;
                case VectorRecipe vector:
                    index[i] = Values<float>(entries[i], Vector(vector));
                    break;
                case ComputedRecipe computed:
                    index[i] = Values<float>(entries[i], computed.Make());
                    break;
                case NumberRecipe number:
                    index[i] = Values<int>(entries[i], [number.Value]);
                    break;
                case SharedRecipe:
                    shared.Add(i);
                    break;
            }
        }

        foreach (int i in shared)
        {
            string other = ((SharedRecipe)recipes[entries[i].Name]).Weight;
            index[i] = index[entries.Select(static e => e.Name).ToList().IndexOf(other)];
        }

        return index;
    }

    private int Values<T>(WeightEntry entry, ReadOnlySpan<T> values)
        where T : unmanaged =>
        sink.Add(entry.Name, entry.Element, entry.Shape.AsSpan(), entry.Layout, MemoryMarshal.AsBytes(values));

    private float[] Vector(VectorRecipe vector)
    {
        var all = new float[vector.Length];
        source.ReadRows(vector.Tensor, 0, all);
        var taken = new float[vector.Count];
        for (int i = 0; i < taken.Length; i++)
        {
            float value = all[vector.First + Ordered(vector.Head, i)];
            taken[i] = vector.PlusOne && !source.NormsWithOne ? 1 + value : value;
        }

        return taken;
    }

    private int Matrix(WeightEntry entry, MatrixRecipe matrix, CancellationToken stop)
    {
        bool inputsFirst = source.InputsFirst && !matrix.IsEmbedding && !matrix.IsTable;
        WeightKind stored = matrix.IsTable ? WeightKind.F32 : kind;
        StoredMatrix done = MatrixForm.Add(
            sink, entry.Name, stored, matrix.Depth, matrix.Count, inputsFirst ? InputsFirst(matrix) : OutputsFirst(matrix), stop);
        if (done.Kind != WeightKind.F32)
        {
            _quantized.Add(new QuantizedMatrix(entry.Name, done.Kind, done.Depth, matrix.Count, done.Error));
        }

        return done.Weight;
    }

    /// <summary>A panel is 16 rows of the source, turned over.</summary>
    private PanelSource OutputsFirst(MatrixRecipe matrix) => (panel, values) =>
    {
        int count = Math.Min(Lanes, matrix.Count - (panel * Lanes)), depth = matrix.Depth;
        var rows = new float[count * depth];
        if (matrix.Head.IsEmpty)
        {
            source.ReadRows(matrix.Tensor, matrix.First + (panel * Lanes), rows);
        }
        else
        {
            for (int lane = 0; lane < count; lane++)
            {
                source.ReadRows(matrix.Tensor, matrix.First + Ordered(matrix.Head, (panel * Lanes) + lane), rows.AsSpan(lane * depth, depth));
            }
        }

        for (int lane = 0; lane < count; lane++)
        {
            for (int k = 0; k < depth; k++)
            {
                values[(k * Lanes) + lane] = rows[(lane * depth) + k];
            }
        }
    };

    /// <summary>A panel is a stripe of the source, which is read whole.</summary>
    private PanelSource InputsFirst(MatrixRecipe matrix)
    {
        var all = new float[checked(matrix.Depth * matrix.Outputs)];
        source.ReadRows(matrix.Tensor, 0, all);
        return (panel, values) =>
        {
            int from = panel * Lanes, count = Math.Min(Lanes, matrix.Count - from);
            for (int k = 0; k < matrix.Depth; k++)
            {
                all.AsSpan((k * matrix.Outputs) + matrix.First + from, count).CopyTo(values[(k * Lanes)..]);
            }
        };
    }

    private static int Ordered(ImmutableArray<int> head, int n) => head.IsEmpty ? n : n - (n % head.Length) + head[n % head.Length];

    private const int Lanes = 16;
}

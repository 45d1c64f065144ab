using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Packaging.Weights;

namespace PomIsa.Packaging.Matrices;

/// <summary>A matrix that went into a sink.</summary>
/// <param name="Weight">Its index in the module.</param>
/// <param name="Kind">How it is stored.</param>
/// <param name="Depth">K.</param>
/// <param name="Columns">N, filled up to a multiple of 16: what lies beyond the source's columns is zero.</param>
/// <param name="Error">What it lost.</param>
public readonly record struct StoredMatrix(int Weight, WeightKind Kind, int Depth, int Columns, QuantizationError Error);

/// <summary>Matrices in panels, made and written some panels at a time, on all cores; the bytes do not depend on how many.</summary>
public static class MatrixForm
{
    private const int Lanes = 16;

    /// <summary>Bytes of f32 that are held at once, about.</summary>
    private const long BlockBytes = 16 << 20;

    /// <summary>Columns with those that fill up the last panel.</summary>
    public static int Padded(int columns) => checked((columns + Lanes - 1) / Lanes * Lanes);

    /// <summary>Stores a matrix <c>[K,N]</c> as a weight.</summary>
    /// <param name="sink">Takes it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">How it is stored, if K allows (<see cref="WeightKinds.For"/>).</param>
    /// <param name="depth">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="source">Its values.</param>
    /// <param name="stop">Ends it with <see cref="OperationCanceledException"/>.</param>
    public static StoredMatrix Add(
        IWeightSink sink, string name, WeightKind kind, int depth, int columns, PanelSource source, CancellationToken stop = default)
    {
        kind = WeightKinds.For(kind, depth);
        var error = default(ErrorSums);
        int weight = sink.Add(
            name, WeightKinds.ElementOf(kind), [depth, Padded(columns)], WeightLayout.Panels16, to => error = Write(kind, depth, columns, source, to, stop));
        return new StoredMatrix(weight, kind, depth, Padded(columns), error.Error);
    }

    /// <summary>The stored bytes of a matrix in memory: its tensors, one after the other.</summary>
    public static byte[] Of(WeightKind kind, int depth, int columns, PanelSource source, out QuantizationError error)
    {
        using var stored = new MemoryStream();
        error = Write(WeightKinds.For(kind, depth), depth, columns, source, stored, default).Error;
        return stored.ToArray();
    }

    private static ErrorSums Write(WeightKind kind, int depth, int columns, PanelSource source, Stream to, CancellationToken stop)
    {
        int panels = Padded(columns) / Lanes, length = PanelForm.Length(kind, depth), sub = PanelForm.SubLength(kind, depth);
        int block = (int)Math.Clamp(BlockBytes / ((long)depth * Lanes * sizeof(float)), 1, panels);
        var data = new byte[checked(block * length)];
        var subs = new byte[checked(panels * sub)];
        var scales = new float[kind == WeightKind.F32 ? 0 : panels * Lanes];
        var lost = new ErrorSums[block];
        var sums = default(ErrorSums);
        for (int first = 0; first < panels; first += block)
        {
            stop.ThrowIfCancellationRequested();
            int count = Math.Min(block, panels - first), at = first;
            Parallel.For(0, count, () => (Values: new float[depth * Lanes], Whole: new sbyte[depth * Lanes]), (i, _, own) =>
            {
                int panel = at + i, present = Math.Min(Lanes, columns - (panel * Lanes));
                if (present < Lanes)
                {
                    own.Values.AsSpan().Clear();
                }

                source(panel, own.Values);
                Span<float> scale = kind == WeightKind.F32 ? [] : scales.AsSpan(panel * Lanes, Lanes);
                PanelForm.Store(kind, own.Values, own.Whole, data.AsSpan(i * length, length), subs.AsSpan(panel * sub, sub), scale);
                lost[i] = PanelForm.Compare(kind, own.Values, own.Whole, subs.AsSpan(panel * sub, sub), scale, present);
                return own;
            }, static _ => { });
            to.Write(data, 0, count * length);
            for (int i = 0; i < count; i++)
            {
                sums.Add(lost[i]);
            }
        }

        to.Write(subs);
        to.Write(MemoryMarshal.AsBytes(scales.AsSpan()));
        return sums;
    }
}

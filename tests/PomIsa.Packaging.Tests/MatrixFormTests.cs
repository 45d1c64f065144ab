using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Packaging.Tests;

public sealed class MatrixFormTests
{
    [Theory]
    [InlineData(64, 48), InlineData(96, 50), InlineData(32, 1), InlineData(160, 16)]
    public void Panels_are_those_of_the_kernels_on_columns_filled_up_with_zeros(int depth, int columns)
    {
        float[] w = Values(depth * columns);
        int wide = MatrixForm.Padded(columns);
        var padded = new float[depth * wide];
        for (int k = 0; k < depth; k++)
        {
            w.AsSpan(k * columns, columns).CopyTo(padded.AsSpan(k * wide));
        }

        foreach (PanelSource source in (PanelSource[])[Rows(w, depth, columns), Columns(w, depth, columns)])
        {
            var f32 = new float[Panels.Length(depth, wide)];
            Panels.Pack(padded, depth, wide, f32);
            Assert.Equal(MemoryMarshal.AsBytes(f32.AsSpan()).ToArray(), MatrixForm.Of(WeightKind.F32, depth, columns, source, out QuantizationError none));
            Assert.Equal(default, none);

            sbyte[] q = new sbyte[padded.Length], w8 = new sbyte[padded.Length];
            var s = new float[wide];
            Quantize.Columns(padded, depth, wide, q, s);
            Panels.Pack(q, depth, wide, w8);
            Assert.Equal([.. MemoryMarshal.AsBytes(w8.AsSpan()), .. MemoryMarshal.AsBytes(s.AsSpan())], MatrixForm.Of(WeightKind.W8, depth, columns, source, out _));

            byte[] sub = new byte[depth / 32 * wide], nibbles = new byte[Panels.LengthW4(depth, wide)], subs = new byte[Panels.LengthSubs(depth, wide)];
            Quantize.ColumnsW4(padded, depth, wide, q, sub, s);
            Panels.PackW4(q, sub, depth, wide, nibbles, subs);
            Assert.Equal([.. nibbles, .. subs, .. MemoryMarshal.AsBytes(s.AsSpan())], MatrixForm.Of(WeightKind.W4, depth, columns, source, out _));
        }
    }

    [Fact]
    public void The_error_is_that_of_the_values_that_come_back()
    {
        const int Depth = 64, Columns = 20;
        float[] w = Values(Depth * Columns);
        sbyte[] q = new sbyte[w.Length];
        float[] s = new float[Columns];
        Quantize.Columns(w, Depth, Columns, q, s);
        double squares = 0, differences = 0, largest = 0;
        foreach (int panel in (int[])[0, 16])
        {
            double panelSquares = 0, panelDifferences = 0;
            for (int k = 0; k < Depth; k++)
            {
                for (int n = panel; n < Math.Min(Columns, panel + 16); n++)
                {
                    float value = w[(k * Columns) + n];
                    double d = value - ((double)s[n] * q[(k * Columns) + n]);
                    panelSquares += (double)value * value;
                    panelDifferences += d * d;
                    largest = Math.Max(largest, Math.Abs(d));
                }
            }

            squares += panelSquares;
            differences += panelDifferences;
        }

        MatrixForm.Of(WeightKind.W8, Depth, Columns, Rows(w, Depth, Columns), out QuantizationError error);
        Assert.Equal(new QuantizationError(Math.Sqrt(differences / squares), largest), error);
    }

    [Theory]
    [InlineData(WeightKind.W4, 64, WeightKind.W4), InlineData(WeightKind.W4, 36, WeightKind.W8), InlineData(WeightKind.W4, 33, WeightKind.F32)]
    [InlineData(WeightKind.W8, 6, WeightKind.F32), InlineData(WeightKind.W4, 64000, WeightKind.W8), InlineData(WeightKind.W8, 200000, WeightKind.F32)]
    public void A_depth_that_a_kind_does_not_take_is_stored_in_the_next_one(WeightKind wanted, int depth, WeightKind got) =>
        Assert.Equal(got, WeightKinds.For(wanted, depth));

    [Fact]
    public void Half_precision_is_widened_exactly()
    {
        ushort[] bits = [0x3c00, 0xc000, 0x0001, 0x7bff];
        var values = new float[2 * 16];
        PanelSources.OfColumns(MemoryMarshal.AsBytes(bits.AsSpan()).ToArray(), DType.F16, 2, 2)(0, values);
        Assert.Equal([1f, (float)BitConverter.UInt16BitsToHalf(1), -2f, 65504f], [values[0], values[1], values[16], values[17]]);
        PanelSources.OfRows(MemoryMarshal.AsBytes(bits.AsSpan()).ToArray(), DType.BF16, 2, 2)(0, values);
        Assert.Equal(BitConverter.UInt32BitsToSingle(0xc000_0000), values[1]);
    }

    internal static float[] Values(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-8, 8))))];
    }

    internal static PanelSource Rows(float[] w, int depth, int columns) =>
        PanelSources.OfRows(MemoryMarshal.AsBytes(w.AsSpan()).ToArray(), DType.F32, depth, columns);

    private static PanelSource Columns(float[] w, int depth, int columns)
    {
        var turned = new float[w.Length];
        for (int i = 0; i < w.Length; i++)
        {
            turned[(i % columns * depth) + (i / columns)] = w[i];
        }

        return PanelSources.OfColumns(MemoryMarshal.AsBytes(turned.AsSpan()).ToArray(), DType.F32, depth, columns);
    }
}

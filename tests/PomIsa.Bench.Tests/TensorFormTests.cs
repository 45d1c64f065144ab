using System.Runtime.InteropServices;
using PomIsa.Bench.Decoders;
using PomIsa.Kernels;
using PomIsa.Shards;

namespace PomIsa.Bench.Tests;

/// <summary>Random weights are made in their stored layout; here that equals making them in rows, quantizing and packing.</summary>
public sealed class TensorFormTests
{
    private static readonly DecoderTensor Matrix = DecoderTensor.Matrix("some", 288, 48, 1);

    [Fact]
    public void Float_panels_are_the_packed_rows()
    {
        TensorData made = Assert.Single(TensorForm.Make(Matrix, WeightKind.F32));
        var packed = new float[Panels.Length(Matrix.Rows, Matrix.Columns)];
        Panels.Pack(Rows(Matrix), Matrix.Rows, Matrix.Columns, packed);
        Assert.Equal(MemoryMarshal.AsBytes(packed.AsSpan()).ToArray(), made.Bytes.ToArray());
        Assert.Equal([3L, 288L, 16L], made.Shape.AsSpan().ToArray());
    }

    [Fact]
    public void Byte_panels_are_the_quantized_and_packed_rows()
    {
        IReadOnlyList<TensorData> made = TensorForm.Make(Matrix, WeightKind.W8);
        var q = new sbyte[Matrix.Count];
        var scales = new float[Matrix.Columns];
        Quantize.Columns(Rows(Matrix), Matrix.Rows, Matrix.Columns, q, scales);
        var packed = new sbyte[q.Length];
        Panels.Pack(q, Matrix.Rows, Matrix.Columns, packed);
        Assert.Equal(MemoryMarshal.AsBytes(packed.AsSpan()).ToArray(), made[0].Bytes.ToArray());
        Assert.Equal(MemoryMarshal.AsBytes(scales.AsSpan()).ToArray(), made[1].Bytes.ToArray());
    }

    [Fact]
    public void Nibble_panels_are_the_quantized_and_packed_rows()
    {
        IReadOnlyList<TensorData> made = TensorForm.Make(Matrix, WeightKind.W4);
        int depth = Matrix.Rows, columns = Matrix.Columns;
        var whole = new sbyte[Matrix.Count];
        var subs = new byte[depth / LinearW4.Group * columns];
        var scales = new float[columns];
        Quantize.ColumnsW4(Rows(Matrix), depth, columns, whole, subs, scales);
        byte[] nibbles = new byte[Panels.LengthW4(depth, columns)], packedSubs = new byte[Panels.LengthSubs(depth, columns)];
        Panels.PackW4(whole, subs, depth, columns, nibbles, packedSubs);
        Assert.Equal(nibbles, made[0].Bytes.ToArray());
        Assert.Equal(packedSubs, made[1].Bytes.ToArray());
        Assert.Equal(MemoryMarshal.AsBytes(scales.AsSpan()).ToArray(), made[2].Bytes.ToArray());
    }

    [Fact]
    public void Values_fill_their_range_and_no_more()
    {
        float[] rows = Rows(Matrix);
        Assert.InRange(rows.Max(), 0.99f * Matrix.Amplitude, Matrix.Amplitude);
        Assert.InRange(rows.Min(), -Matrix.Amplitude, -0.99f * Matrix.Amplitude);
        Assert.InRange(rows.Average() / Matrix.Amplitude, -0.05, 0.05);
    }

    private static float[] Rows(DecoderTensor tensor)
    {
        var random = new RandomValues(tensor);
        var rows = new float[tensor.Count];
        for (int i = 0; i < rows.Length; i += 16)
        {
            for (int lane = 0; lane < 16; lane++)
            {
                rows[i + lane] = random.Sixteen((uint)i)[lane];
            }
        }

        return rows;
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PomIsa.Bench.Decoders;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>The same random weights in ONNX Runtime's layouts.</summary>
internal static class OnnxWeights
{
    private const int Lanes = 16;

    /// <summary>Weights that share one scale, along k.</summary>
    public const int Block = 32;

    /// <summary>A vector as it is.</summary>
    public static byte[] Vector(DecoderTensor tensor)
    {
        var values = new float[tensor.Rows];
        Fill(new RandomValues(tensor), 0, values);
        return Bytes(values);
    }

    /// <summary>Matrices side by side: <c>[K, N1 + N2 + …]</c> in rows, for MatMul.</summary>
    public static byte[] Rows(params DecoderTensor[] parts)
    {
        int columns = parts.Sum(static p => p.Columns);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked(parts[0].Rows * columns * sizeof(float)));
        Parallel.For(0, parts[0].Rows, k =>
        {
            Span<float> row = MemoryMarshal.Cast<byte, float>(bytes.AsSpan()).Slice(k * columns, columns);
            foreach (DecoderTensor part in parts)
            {
                Fill(new RandomValues(part), k * part.Columns, row[..part.Columns]);
                row = row[part.Columns..];
            }
        });
        return bytes;
    }

    /// <summary>A matrix with its columns as rows: <c>[N, K]</c>, for Gather.</summary>
    public static byte[] Columns(DecoderTensor tensor)
    {
        int depth = tensor.Rows;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)(4 * tensor.Count)));
        EachPanel(tensor, (panel, values) =>
        {
            Span<float> columns = MemoryMarshal.Cast<byte, float>(bytes.AsSpan()).Slice(panel * Lanes * depth, Lanes * depth);
            for (int i = 0; i < values.Length; i++)
            {
                columns[(i % Lanes * depth) + (i / Lanes)] = values[i];
            }
        });
        return bytes;
    }

    /// <summary>Columns in 8 bits with one scale each, <c>[N, K]</c> and <c>[N, 1]</c>: what the machine's w8 embedding holds.</summary>
    public static (byte[] Values, byte[] Scales) ByteColumns(DecoderTensor tensor)
    {
        int depth = tensor.Rows;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)tensor.Count));
        var scales = new float[tensor.Columns];
        EachPanel(tensor, (panel, values) =>
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                int n = (panel * Lanes) + lane;
                scales[n] = Magnitude(values, lane, 0, depth) / 127;
                for (int k = 0; k < depth; k++)
                {
                    bytes[(n * depth) + k] = (byte)(sbyte)MathF.Round(values[(k * Lanes) + lane] / scales[n]);
                }
            }
        });
        return (bytes, Bytes(scales));
    }

    /// <summary>MatMulNBits: <c>B:[N, K/32, 32·bits/8]</c>, unsigned about 2^(bits−1), and <c>scales:[N, K/32]</c>; matrices one after the other along N.</summary>
    public static (byte[] Values, byte[] Scales) Blocks(int bits, params DecoderTensor[] parts)
    {
        int depth = parts[0].Rows, blocks = depth / Block, blob = Block * bits / 8, columns = parts.Sum(static p => p.Columns);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(columns * blocks * blob);
        var scales = new float[columns * blocks];
        int first = 0;
        foreach (DecoderTensor part in parts)
        {
            int start = first;
            EachPanel(part, (panel, values) =>
            {
                for (int lane = 0; lane < Lanes; lane++)
                {
                    for (int block = 0; block < blocks; block++)
                    {
                        int at = ((start + (panel * Lanes) + lane) * blocks) + block;
                        scales[at] = Quantize(values, lane, block * Block, bits, bytes.AsSpan(at * blob, blob));
                    }
                }
            });
            first += part.Columns;
        }

        return (bytes, Bytes(scales));
    }

    /// <summary>One block of one column of a panel; 4-bit values lie two to a byte, the even one low.</summary>
    private static float Quantize(float[] panel, int lane, int from, int bits, Span<byte> to)
    {
        int most = (1 << (bits - 1)) - 1, middle = 1 << (bits - 1);
        float scale = Magnitude(panel, lane, from, from + Block) / most;
        to.Clear();
        for (int i = 0; i < Block; i++)
        {
            int value = middle + (int)MathF.Round(panel[((from + i) * Lanes) + lane] / scale);
            to[i * bits / 8] |= (byte)(bits == 8 ? value : value << (4 * (i % 2)));
        }

        return scale;
    }

    private static float Magnitude(float[] panel, int lane, int from, int to)
    {
        float most = 0;
        for (int k = from; k < to; k++)
        {
            most = MathF.Max(most, MathF.Abs(panel[(k * Lanes) + lane]));
        }

        return most;
    }

    /// <summary>Panels of 16 columns, <c>[K,16]</c>, on all cores.</summary>
    private static void EachPanel(DecoderTensor tensor, Action<int, float[]> body) =>
        Parallel.For(0, tensor.Columns / Lanes, () => new float[tensor.Rows * Lanes], (panel, _, values) =>
        {
            var random = new RandomValues(tensor);
            for (int k = 0; k < tensor.Rows; k++)
            {
                random.Sixteen((uint)((k * tensor.Columns) + (panel * Lanes))).CopyTo(values, k * Lanes);
            }

            body(panel, values);
            return values;
        }, static _ => { });

    private static void Fill(RandomValues random, int first, Span<float> values)
    {
        for (int i = 0; i < values.Length; i += Lanes)
        {
            random.Sixteen((uint)(first + i)).CopyTo(values[i..]);
        }
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}

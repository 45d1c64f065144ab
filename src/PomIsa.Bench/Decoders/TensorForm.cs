using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PomIsa.Kernels;
using PomIsa.Shards;
using PomIsa.Training.Model;

namespace PomIsa.Bench.Decoders;

/// <summary>Random tensors in the layouts of weight shards (spec/shards.md, section 2), made panel by panel on all cores.</summary>
internal static unsafe class TensorForm
{
    private const int Lanes = 16;

    /// <summary>The tensors that stand for one weight of a kind.</summary>
    public static IReadOnlyList<TensorData> Make(DecoderTensor tensor, WeightKind kind) => (tensor.IsMatrix, kind.Name) switch
    {
        (false, _) => [Vector(tensor)],
        (true, "f32") => [F32(tensor)],
        (true, "w8") => W8(tensor),
        (true, "w4") => W4(tensor),
        _ => throw new ArgumentException($"No weights of kind {kind.Name} are made here.", nameof(kind)),
    };

    /// <summary>Cosines and sines of the rotary embedding.</summary>
    public static IReadOnlyList<TensorData> Rotary(int positions, int half)
    {
        float[] cos = new float[positions * half], sin = new float[positions * half];
        RotaryTable.Fill(positions, half, cos, sin);
        return [TensorData.F32("rope.cos", [positions, half], cos), TensorData.F32("rope.sin", [positions, half], sin)];
    }

    private static TensorData Vector(DecoderTensor tensor)
    {
        var random = new RandomValues(tensor);
        var values = new float[tensor.Rows];
        for (int i = 0; i < values.Length; i += Lanes)
        {
            random.Sixteen((uint)i).CopyTo(values, i);
        }

        return TensorData.F32(tensor.Name, [tensor.Rows], values);
    }

    private static TensorData F32(DecoderTensor tensor)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)(4 * tensor.Count)));
        Parallel.For(0, tensor.Columns / Lanes, panel =>
            Panel(tensor, panel, MemoryMarshal.Cast<byte, float>(bytes.AsSpan()).Slice(panel * tensor.Rows * Lanes, tensor.Rows * Lanes)));
        return new TensorData(tensor.Name, "F32", [tensor.Columns / Lanes, tensor.Rows, Lanes], bytes);
    }

    private static TensorData[] W8(DecoderTensor tensor)
    {
        int depth = tensor.Rows;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)tensor.Count));
        var scales = new float[tensor.Columns];
        Parallel.For(0, tensor.Columns / Lanes, () => new float[depth * Lanes], (panel, _, values) =>
        {
            Panel(tensor, panel, values);
            Quantized(values, depth, MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan(panel * depth * Lanes, depth * Lanes)), scales.AsSpan(panel * Lanes, Lanes));
            return values;
        }, static _ => { });
        return
        [
            new TensorData(tensor.Name, "I8", [tensor.Columns / Lanes, depth / 4, Lanes, 4], bytes),
            TensorData.F32(tensor.Name + ".scale", [tensor.Columns], scales),
        ];
    }

    private static TensorData[] W4(DecoderTensor tensor)
    {
        int depth = tensor.Rows, groups = depth / LinearW4.Group, panels = tensor.Columns / Lanes;
        byte[] nibbles = GC.AllocateUninitializedArray<byte>(Panels.LengthW4(depth, tensor.Columns));
        byte[] subs = GC.AllocateUninitializedArray<byte>(Panels.LengthSubs(depth, tensor.Columns));
        var scales = new float[tensor.Columns];
        Parallel.For(0, panels, () => (Values: new float[depth * Lanes], Whole: new sbyte[depth * Lanes], Subs: new byte[groups * Lanes]), (panel, _, own) =>
        {
            Panel(tensor, panel, own.Values);
            Quantize.ColumnsW4(own.Values, depth, Lanes, own.Whole, own.Subs, scales.AsSpan(panel * Lanes, Lanes));
            Panels.PackW4(own.Whole, own.Subs, depth, Lanes, nibbles.AsSpan(panel * depth * 8, depth * 8), subs.AsSpan(panel * groups * Lanes, groups * Lanes));
            return own;
        }, static _ => { });
        return
        [
            new TensorData(tensor.Name, "U8", [panels, depth / 8, Lanes, 4], nibbles),
            new TensorData(tensor.Name + ".sub", "U8", [panels, groups, Lanes], subs),
            TensorData.F32(tensor.Name + ".scale", [tensor.Columns], scales),
        ];
    }

    /// <summary>One panel of 16 columns: <c>[K,16]</c>.</summary>
    private static void Panel(DecoderTensor tensor, int panel, Span<float> values)
    {
        var random = new RandomValues(tensor);
        for (int k = 0; k < tensor.Rows; k++)
        {
            random.Sixteen((uint)((k * tensor.Columns) + (panel * Lanes))).CopyTo(values[(k * Lanes)..]);
        }
    }

    /// <summary>What <see cref="Quantize.Columns"/> and <see cref="Panels"/> make of one panel: <c>[K,16] → [K/4,16,4]</c> and 16 scales.</summary>
    private static void Quantized(ReadOnlySpan<float> values, int depth, Span<sbyte> q, Span<float> scales)
    {
        Vector512<float> most = default;
        for (int k = 0; k < depth; k++)
        {
            most = Vector512.Max(most, Vector512.Abs(Vector512.Create(values.Slice(k * Lanes, Lanes))));
        }

        Vector512<float> scale = most / Vector512.Create(127f);
        scale.CopyTo(scales);
        Vector512<float> rounder = Vector512.Create(12582912f); // 1.5·2^23: the sum's last bit is worth 1
        for (int k = 0; k < depth; k += 4)
        {
            for (int step = 0; step < 4; step++)
            {
                Vector512<float> quotient = Vector512.Create(values.Slice((k + step) * Lanes, Lanes)) / scale;
                Vector512<int> whole = (quotient + rounder).AsInt32() - rounder.AsInt32();
                for (int lane = 0; lane < Lanes; lane++)
                {
                    q[(k * Lanes) + (lane * 4) + step] = (sbyte)whole[lane];
                }
            }
        }
    }
}

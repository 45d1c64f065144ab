using System.Runtime.InteropServices;
using PomIsa.Kernels;

namespace PomIsa.Packaging.Matrices;

/// <summary>One panel of 16 columns in its stored form (spec/shards.md, section 2).</summary>
public static class PanelForm
{
    private const int Lanes = 16;

    /// <summary>Bytes of a panel's first tensor.</summary>
    public static int Length(WeightKind kind, int depth) => kind switch
    {
        WeightKind.W8 => depth * Lanes,
        WeightKind.W4 => depth * Lanes / 2,
        _ => depth * Lanes * sizeof(float),
    };

    /// <summary>Bytes of a panel's sub-scales.</summary>
    public static int SubLength(WeightKind kind, int depth) => kind == WeightKind.W4 ? depth / LinearW4.Group * Lanes : 0;

    /// <summary>Stores <c>values:[K,16]</c>.</summary>
    /// <param name="kind">How.</param>
    /// <param name="values">The panel.</param>
    /// <param name="scratch">As many bytes as values.</param>
    /// <param name="data">The first tensor's part.</param>
    /// <param name="subs">The sub-scales' part, for w4.</param>
    /// <param name="scales">16 scales, for w8 and w4.</param>
    public static void Store(WeightKind kind, ReadOnlySpan<float> values, Span<sbyte> scratch, Span<byte> data, Span<byte> subs, Span<float> scales)
    {
        int depth = values.Length / Lanes;
        switch (kind)
        {
            case WeightKind.W8:
                Quantize.Columns(values, depth, Lanes, scratch, scales);
                Panels.Pack(scratch, depth, Lanes, MemoryMarshal.Cast<byte, sbyte>(data));
                return;
            case WeightKind.W4:
                Span<byte> rows = new byte[subs.Length];
                Quantize.ColumnsW4(values, depth, Lanes, scratch, rows, scales);
                Panels.PackW4(scratch, rows, depth, Lanes, data, subs);
                return;
            default:
                MemoryMarshal.AsBytes(values).CopyTo(data);
                return;
        }
    }

    /// <summary>What a stored panel lost, of its first columns.</summary>
    internal static ErrorSums Compare(
        WeightKind kind, ReadOnlySpan<float> values, ReadOnlySpan<sbyte> whole, ReadOnlySpan<byte> subs, ReadOnlySpan<float> scales, int columns)
    {
        var sums = default(ErrorSums);
        for (int i = 0; kind != WeightKind.F32 && i < values.Length; i++)
        {
            int lane = i % Lanes;
            if (lane < columns)
            {
                int sub = kind == WeightKind.W4 ? subs[(i / Lanes / LinearW4.Group * Lanes) + lane] : 1;
                sums.Add(values[i], (double)scales[lane] * (whole[i] * sub));
            }
        }

        return sums;
    }
}

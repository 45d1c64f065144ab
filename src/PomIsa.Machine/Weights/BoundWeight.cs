using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Machine.Weights;

/// <summary>A weight in memory, in its stored layout. The memory belongs to the weight set; only the column sums are its own.</summary>
public sealed unsafe class BoundWeight
{
    private readonly byte* _data;
    private readonly float* _scales;
    private readonly byte* _subScales;

    internal BoundWeight(WeightEntry entry, byte* data, long length, float* scales, byte* subScales)
    {
        Entry = entry;
        _data = data;
        Length = length;
        _scales = scales;
        _subScales = subScales;
        if (entry.Element == DType.W8)
        {
            ColumnSums = GC.AllocateArray<int>(Panels.Count(entry.Shape[1]) * Lanes.Count, pinned: true);
            Panels.ColumnSums(W8, entry.Shape[0], entry.Shape[1], ColumnSums);
        }
    }

    /// <summary>Its declaration.</summary>
    public WeightEntry Entry { get; }

    /// <summary>Bytes of the first tensor: scales and sub-scales not counted.</summary>
    public long Length { get; }

    /// <summary>Bytes of the first tensor as stored.</summary>
    public ReadOnlySpan<byte> Raw => new(_data, checked((int)Length));

    /// <summary>Elements of an f32 weight as stored.</summary>
    public ReadOnlySpan<float> F32 => new(_data, checked((int)(Length / sizeof(float))));

    /// <summary>Elements of a w8 weight as stored, <c>[N/16][K/4][16][4]</c>.</summary>
    public ReadOnlySpan<sbyte> W8 => new(_data, checked((int)Length));

    /// <summary>Bits of an f16 or bf16 weight as stored, <c>[N/16][K][16]</c>.</summary>
    public ReadOnlySpan<ushort> U16 => new(_data, checked((int)(Length / sizeof(ushort))));

    /// <summary>Nibbles of a w4 weight as stored, <c>[N/16][K/8][16][4]</c>.</summary>
    public ReadOnlySpan<byte> W4 => new(_data, checked((int)Length));

    /// <summary>Sub-scales of a w4 weight as stored, <c>[N/16][K/32][16]</c>.</summary>
    public ReadOnlySpan<byte> SubScales => new(_subScales, Entry.Shape[0] / 32 * Entry.Shape[1]);

    /// <summary>Scales of a w8 or w4 weight, one a column.</summary>
    public ReadOnlySpan<float> Scales => new(_scales, Entry.Shape[1]);

    /// <summary>Sum of each column of a w8 weight, which kernels take off again.</summary>
    public int[] ColumnSums { get; } = [];
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Sums of products side by side in 16, 20, 24 or 32 bits each: value n of a row has bits w·n to w·n + w − 1, the least significant first (spec/evidence.md, chapter 9).</summary>
/// <remarks>A row ends at a whole byte; bits behind its last value are 0.</remarks>
public static unsafe class PackedSums
{
    /// <summary>Bytes behind a row that may be written when it is packed, and are read when it is unpacked.</summary>
    public const int Past = 32;

    // For each width below 32 and each of 16 words of 32 bits that values are packed into: of three values in a row the first one's number, and by how many bits they move.
    private static readonly uint[][] s_words = [Words(16), Words(20), Words(24)];

    /// <summary>Whether values may have so many bits.</summary>
    public static bool IsWidth(int width) => width is 16 or 20 or 24 or 32;

    /// <summary>Bytes of a row.</summary>
    public static long Bytes(int columns, int width) => (((long)columns * width) + 7) / 8;

    /// <summary>The least width that holds sums which differ from their signs in no other bits than these.</summary>
    public static int WidthOf(int bits) => bits < 1 << 15 ? 16 : bits < 1 << 19 ? 20 : bits < 1 << 23 ? 24 : 32;

    /// <summary>The bits in which any sum differs from its sign; those of parts together are those of the whole.</summary>
    public static int Bits(ReadOnlySpan<int> sums)
    {
        Vector512<int> lanes = default;
        int i = 0, bits = 0;
        for (; i <= sums.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<int> sixteen = Vector512.Create(sums[i..]);
            lanes |= sixteen ^ (sixteen >> 31);
        }

        for (; i < sums.Length; i++)
        {
            bits |= sums[i] ^ (sums[i] >> 31);
        }

        return bits | Together(lanes);
    }

    /// <summary>Packs a row, or a part of it that begins at a multiple of 16. Shapes: <c>sums:[N] → to:[⌈w N / 8⌉]</c>.</summary>
    /// <param name="to">Has <see cref="Past"/> bytes more.</param>
    /// <returns><see cref="Bits"/>: what was packed is of use only if the width holds them.</returns>
    public static int Pack(ReadOnlySpan<int> sums, int width, byte* to)
    {
        int bits = 0, i = Avx512F.IsSupported && width < 32 ? Sixteens(sums, width, to, out bits) : 0;
        ulong mask = ulong.MaxValue >> (64 - width);
        for (to += (long)i * width / 8; i < sums.Length; i += 2, to += width / 4)
        {
            int first = sums[i], second = i + 1 < sums.Length ? sums[i + 1] : 0;
            bits |= (first ^ (first >> 31)) | (second ^ (second >> 31));
            Unsafe.WriteUnaligned(to, ((ulong)first & mask) | (((ulong)second & mask) << width));
        }

        return bits;
    }

    /// <summary>Unpacks a part of a row. Shapes: <c>row:[⌈w N / 8⌉] → to</c>.</summary>
    /// <param name="first">Its first column.</param>
    public static void Unpack(in PackedRow row, int first, Span<int> to)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = One((byte*)row.Data, first + (nint)i, row.Width);
        }
    }

    /// <summary>A value of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int One(byte* row, nint column, int width)
    {
        nint bit = column * width;
        int above = 32 - width;
        return (Unsafe.ReadUnaligned<int>(row + (bit >> 3)) << (above - (int)(bit & 7))) >> above;
    }

    /// <summary>As many as are full vectors; returns how many that is.</summary>
    private static int Sixteens(ReadOnlySpan<int> sums, int width, byte* to, out int bits)
    {
        Vector512<int> lanes = default;
        ref uint words = ref MemoryMarshal.GetArrayDataReference(s_words[(width - 16) / 4]);
        Vector512<uint> first = Vector512.LoadUnsafe(ref words), right = Vector512.LoadUnsafe(ref words, 16), left = Vector512.LoadUnsafe(ref words, 32), farther = Vector512.LoadUnsafe(ref words, 48);
        Vector512<uint> second = first + Vector512<uint>.One, third = second + Vector512<uint>.One, mask = Vector512.Create(uint.MaxValue >> (32 - width));
        int i = 0;
        for (; i <= sums.Length - Lanes.Count; i += Lanes.Count, to += 2 * width)
        {
            Vector512<int> sixteen = Vector512.Create(sums[i..]);
            lanes |= sixteen ^ (sixteen >> 31);
            Vector512<uint> values = sixteen.AsUInt32() & mask;
            Vector512<uint> low = Avx512F.ShiftRightLogicalVariable(Avx512F.PermuteVar16x32(values, first), right);
            Vector512<uint> middle = Avx512F.ShiftLeftLogicalVariable(Avx512F.PermuteVar16x32(values, second), left);
            Vector512<uint> high = Avx512F.ShiftLeftLogicalVariable(Avx512F.PermuteVar16x32(values, third), farther); // by 32 and more: nothing
            (low | middle | high).Store((uint*)to);
        }

        bits = Together(lanes);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Together(Vector512<int> lanes)
    {
        Vector256<int> half = lanes.GetLower() | lanes.GetUpper();
        Vector128<long> quarter = (half.GetLower() | half.GetUpper()).AsInt64();
        long both = quarter[0] | quarter[1];
        return (int)both | (int)(both >> 32);
    }

    private static uint[] Words(int width)
    {
        var words = new uint[4 * Lanes.Count];
        for (int word = 0; word < Lanes.Count; word++)
        {
            int bit = 32 * word, first = bit / width, before = bit % width;
            (words[word], words[word + 16], words[word + 32], words[word + 48]) = ((uint)first, (uint)before, (uint)(width - before), (uint)((2 * width) - before));
        }

        return words;
    }
}

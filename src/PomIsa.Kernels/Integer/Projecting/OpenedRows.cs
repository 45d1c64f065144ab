using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Packed rows of one width anywhere in memory.</summary>
/// <remarks>
/// 16 values are 2·w bytes. A value is in the two 16-bit words from the one in which it begins: a permutation brings them together, and shifts drop what is beside it.
/// </remarks>
/// <param name="rows">The rows.</param>
/// <param name="width">Bits of each value.</param>
/// <param name="places">What <see cref="Find"/> found for that width.</param>
internal readonly unsafe struct OpenedRows(PackedRow* rows, int width, uint* places) : IProjectedRows
{
    /// <summary>Bytes of a line of a cache: 32 values are two at most, and as far as they are three the next 32 call for the last.</summary>
    private const int Line = 64;

    /// <summary>Words that <see cref="Find"/> writes.</summary>
    public const int Places = 4 * Lanes.Count;

    /// <summary>Of each of 16 values the words in which it is, and by how much it is shifted to the left and back; of each of four the bytes.</summary>
    public static void Find(int width, uint* places)
    {
        for (int value = 0; value < Lanes.Count; value++)
        {
            int bit = value * width;
            places[value] = (uint)((bit >> 4) | (((bit >> 4) + 1) << 16));
            places[value + 16] = (uint)(32 - width - (bit & 15));
            places[value + 32] = (uint)(32 - width);
        }

        for (int value = 0; value < 4; value++)
        {
            places[value + 48] = 0x03020100u + (0x01010101u * (uint)(value * width / 8));
        }
    }

    public byte* Row(int row) => (byte*)rows[row].Data;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Load(byte* row, nint column)
    {
        byte* at = row + Offset(column);
        if (Avx512BW.IsSupported)
        {
            Vector512<uint> pairs = Avx512BW.PermuteVar32x16(Vector512.Load((ushort*)at), Vector512.Load((ushort*)places)).AsUInt32();
            return Avx512F.ShiftRightArithmeticVariable(Avx512F.ShiftLeftLogicalVariable(pairs, Vector512.Load(places + 16)).AsInt32(), Vector512.Load(places + 32));
        }

        return Vector512.Create(Vector256.Create(Four(at), Four(at + (width / 2))), Vector256.Create(Four(at + width), Four(at + (width / 2 * 3))));
    }

    public int One(byte* row, nint column) => PackedSums.One(row, column, width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(byte* row, nint column)
    {
        byte* at = row + Offset(column);
        ByteTiles.Prefetch(at);
        ByteTiles.Prefetch(at + Line);
    }

    /// <summary>Where 16 values begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Offset(nint column) => (column >> 3) * width;

    /// <summary>Four values, which begin at a whole byte, the odd ones perhaps four bits later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<int> Four(byte* at)
    {
        Vector128<int> words = Vector128.Shuffle(Vector128.Load(at), Vector128.Load((byte*)(places + 48))).AsInt32();
        int above = 32 - width;
        return Vector128.ConditionalSelect(Vector128.Create(0, -1, 0, -1), words << (above - (width & 7)), words << above) >> above;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Some rows by a piece of a w4 panel whose nibbles are bytes, onto totals: <c>q:[rows,steps], w:[steps/4][16][4] → totals:[rows][16]</c>.</summary>
/// <remarks>Rows of q lie <c>depth</c> apart, rows of offsets <c>groups</c>.</remarks>
internal static unsafe class NibbleTiles
{
    /// <summary>Nibbles to bytes: <c>[steps/8][16][4] → [steps/4][16][4]</c>, still value + 8.</summary>
    public static void Spread(byte* nibbles, int steps, byte* bytes)
    {
        Vector256<byte> mask = Vector256.Create((byte)15);
        for (byte* end = nibbles + ((nint)steps * 8); nibbles < end; nibbles += 64, bytes += 128)
        {
            Vector256<byte> first = Vector256.Load(nibbles), second = Vector256.Load(nibbles + 32);
            (first & mask).Store(bytes);
            (second & mask).Store(bytes + 32);
            High(first, mask).Store(bytes + 64);
            High(second, mask).Store(bytes + 96);
        }
    }

    /// <summary>Six rows: 12 chains of sums.</summary>
    public static void Six<T>(sbyte* q, nint depth, int* offsets, nint groups, byte* w, byte* subs, int steps, int* totals)
        where T : struct, IByteDot
    {
        sbyte* r = q + (3 * depth);
        int* offsets3 = offsets + (3 * groups);
        for (byte* end = w + ((nint)steps * Lanes.Count); w < end; subs += 16, offsets++, offsets3++)
        {
            Vector256<int> a0 = Vector256.Create(*offsets), a1 = a0;
            Vector256<int> b0 = Vector256.Create(offsets[groups]), b1 = b0;
            Vector256<int> c0 = Vector256.Create(offsets[2 * groups]), c1 = c0;
            Vector256<int> d0 = Vector256.Create(*offsets3), d1 = d0;
            Vector256<int> e0 = Vector256.Create(offsets3[groups]), e1 = e0;
            Vector256<int> f0 = Vector256.Create(offsets3[2 * groups]), f1 = f0;
            for (byte* stop = w + (LinearW4.Group * Lanes.Count); w < stop; w += 64, q += 4, r += 4)
            {
                Vector256<byte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
                Vector256<sbyte> four = Four(q);
                a0 = T.Add(a0, first, four);
                a1 = T.Add(a1, second, four);
                four = Four(q + depth);
                b0 = T.Add(b0, first, four);
                b1 = T.Add(b1, second, four);
                four = Four(q + (2 * depth));
                c0 = T.Add(c0, first, four);
                c1 = T.Add(c1, second, four);
                four = Four(r);
                d0 = T.Add(d0, first, four);
                d1 = T.Add(d1, second, four);
                four = Four(r + depth);
                e0 = T.Add(e0, first, four);
                e1 = T.Add(e1, second, four);
                four = Four(r + (2 * depth));
                f0 = T.Add(f0, first, four);
                f1 = T.Add(f1, second, four);
            }

            Vector256<int> low = Factors(subs), high = Factors(subs + 8);
            Onto<T>(totals, a0, a1, low, high);
            Onto<T>(totals + 16, b0, b1, low, high);
            Onto<T>(totals + 32, c0, c1, low, high);
            Onto<T>(totals + 48, d0, d1, low, high);
            Onto<T>(totals + 64, e0, e1, low, high);
            Onto<T>(totals + 80, f0, f1, low, high);
        }
    }

    /// <summary>Two rows.</summary>
    public static void Two<T>(sbyte* q, nint depth, int* offsets, nint groups, byte* w, byte* subs, int steps, int* totals)
        where T : struct, IByteDot
    {
        for (byte* end = w + ((nint)steps * Lanes.Count); w < end; subs += 16, offsets++)
        {
            Vector256<int> a0 = Vector256.Create(*offsets), a1 = a0;
            Vector256<int> b0 = Vector256.Create(offsets[groups]), b1 = b0;
            for (byte* stop = w + (LinearW4.Group * Lanes.Count); w < stop; w += 64, q += 4)
            {
                Vector256<byte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
                Vector256<sbyte> four = Four(q);
                a0 = T.Add(a0, first, four);
                a1 = T.Add(a1, second, four);
                four = Four(q + depth);
                b0 = T.Add(b0, first, four);
                b1 = T.Add(b1, second, four);
            }

            Vector256<int> low = Factors(subs), high = Factors(subs + 8);
            Onto<T>(totals, a0, a1, low, high);
            Onto<T>(totals + 16, b0, b1, low, high);
        }
    }

    /// <summary>One row.</summary>
    public static void One<T>(sbyte* q, int* offsets, byte* w, byte* subs, int steps, int* totals)
        where T : struct, IByteDot
    {
        for (byte* end = w + ((nint)steps * Lanes.Count); w < end; subs += 16, offsets++)
        {
            Vector256<int> a0 = Vector256.Create(*offsets), a1 = a0;
            for (byte* stop = w + (LinearW4.Group * Lanes.Count); w < stop; w += 64, q += 4)
            {
                Vector256<byte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
                Vector256<sbyte> four = Four(q);
                a0 = T.Add(a0, first, four);
                a1 = T.Add(a1, second, four);
            }

            Vector256<int> low = Factors(subs), high = Factors(subs + 8);
            Onto<T>(totals, a0, a1, low, high);
        }
    }

    /// <summary>The high half of every byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> High(Vector256<byte> nibbles, Vector256<byte> mask) => (nibbles.AsUInt16() >>> 4).AsByte() & mask;

    /// <summary>Four steps of a row in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Four(sbyte* q) => Vector256.Create(Unsafe.ReadUnaligned<uint>(q)).AsSByte();

    /// <summary>Eight sub-scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Factors(byte* subs)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int32(subs);
        }

        Vector128<ushort> words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(subs)).AsByte());
        return Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Onto<T>(int* totals, Vector256<int> low, Vector256<int> high, Vector256<int> factors0, Vector256<int> factors1)
        where T : struct, IByteDot
    {
        T.AddTimes(Vector256.Load(totals), low, factors0).Store(totals);
        T.AddTimes(Vector256.Load(totals + 8), high, factors1).Store(totals + 8);
    }
}

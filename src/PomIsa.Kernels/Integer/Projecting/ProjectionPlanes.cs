using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>A number's signed bytes: those of v + 0x80…80, each less 128.</summary>
internal static unsafe class ProjectionPlanes
{
    private const long Middles = unchecked((long)0x8080808080808080);

    private const sbyte Middle = sbyte.MinValue;

    /// <summary>Of 16 sums, as <see cref="Projection.Place"/> has them, byte p of each to <c>planes[p · stride]</c>, side by side.</summary>
    public static void Sixteen(long* sums, sbyte* planes, int count, nint stride)
    {
        Vector512<ulong> middles = Vector512.Create(Middles).AsUInt64();
        Vector512<ulong> even = (Vector512.Load(sums).AsUInt64() + middles) ^ middles, odd = (Vector512.Load(sums + 8).AsUInt64() + middles) ^ middles;
        Vector512<ulong> low = Vector512.Create(0xffffffffUL);
        for (int plane = 0; plane < count; plane++, planes += stride, even >>= 8, odd >>= 8)
        {
            Narrow((even & low) | (odd << 32)).Store(planes);
        }
    }

    public static void One(long sum, sbyte* planes, int count, nint stride)
    {
        long bytes = unchecked(sum + Middles) ^ Middles;
        for (int plane = 0; plane < count; plane++, planes += stride, bytes >>= 8)
        {
            *planes = unchecked((sbyte)bytes);
        }
    }

    /// <summary>Whether the products of 16 sums' bytes, those of byte p at <c>acc[p · stride]</c>, give these sums, as <see cref="Projection.Place"/> has them.</summary>
    public static bool Give(int* acc, nint stride, int count, long* sums)
    {
        Vector512<long> even = default, odd = default;
        acc += (count - 1) * stride;
        for (int plane = count; plane > 0; plane--, acc -= stride)
        {
            Vector512<long> both = Vector512.Load(acc).AsInt64();
            even = (even << 8) + ((both << 32) >> 32);
            odd = (odd << 8) + (both >> 32);
        }

        return even == Vector512.Load(sums) && odd == Vector512.Load(sums + 8);
    }

    /// <summary>The low byte of each half of each sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Narrow(Vector512<ulong> pairs)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector128SByte(pairs.AsInt32());
        }

        Vector512<uint> bytes = pairs.AsUInt32() & Vector512.Create(255u);
        Vector256<ushort> words = Vector256.Narrow(bytes.GetLower(), bytes.GetUpper());
        return Vector128.Narrow(words.GetLower(), words.GetUpper()).AsSByte();
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Division of a row by one value, each quotient rounded once.</summary>
/// <remarks>
/// With r = 1 / d rounded, q = x · r rounded, and the remainder x − q · d, which an fma gives exactly, q + remainder · r rounded once is the
/// correctly rounded quotient (Markstein, 1990), as long as nothing underflows: here d lies in [1, 2^24] and x is 0 or at least
/// 2^-100, so that the remainder's last bit is 2^-147 or more and the quotient is normal. All else is divided by the instruction,
/// which takes several times as long.
/// </remarks>
internal static class Division
{
    /// <summary>x[i] = x[i] / d, NaN canonical. Elements are +0 or positive where d lies in [1, 2^24].</summary>
    public static void Row(Span<float> x, float d)
    {
        bool quick = Lanes.HasFma && d is >= 1 and <= 1 << 24;
        Vector512<float> divisor = Vector512.Create(d), reciprocal = Vector512.Create(1 / d);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.Create<float>(x.Slice(i, Lanes.Count));
            (quick && AllQuick(value) ? Quick(value, divisor, reciprocal) : Lanes.Canonical(value / divisor)).CopyTo(x[i..]);
        }

        if (i < x.Length)
        {
            Lanes.Store(Lanes.Canonical(Lanes.Load(x[i..]) / divisor), x[i..]);
        }
    }

    /// <summary>x[i] = x[i] / d of whole vectors, NaN canonical. Elements are +0 or positive where d lies in [1, 2^24].</summary>
    /// <param name="plain">Elements are +0 or at least 2^-100 where d lies there: none need be looked at.</param>
    public static unsafe void Row(float* x, int count, float d, bool plain)
    {
        if (!plain || !Lanes.HasFma || d is not (>= 1 and <= 1 << 24))
        {
            Row(new Span<float>(x, count), d);
            return;
        }

        Vector512<float> divisor = Vector512.Create(d), reciprocal = Vector512.Create(1 / d);
        for (int i = 0; i < count; i += Lanes.Count)
        {
            Quick(Vector512.Load(x + i), divisor, reciprocal).Store(x + i);
        }
    }

    /// <summary>Every lane is +0 or at least 2^-100: without its first value the order of bits is circular.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AllQuick(Vector512<float> x) =>
        Vector512.GreaterThanOrEqualAll(x.AsUInt32() - Vector512<uint>.One, Vector512.Create(((127u - 100) << 23) - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quick(Vector512<float> x, Vector512<float> d, Vector512<float> reciprocal)
    {
        Vector512<float> q = x * reciprocal;
        Vector512<float> remainder = Avx512F.IsSupported ? Avx512F.FusedMultiplyAddNegated(q, d, x) : Lanes.Fma(-q, d, x);
        return Lanes.Fma(remainder, reciprocal, q);
    }
}

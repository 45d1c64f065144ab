using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>e^x in f64 lanes with a proven error bound; not itself a result.</summary>
internal static class Exponential
{
    private const double InverseLn2 = 1.4426950408889634;

    // ln 2 in two pieces: the first has 40 bits, so its product with k (11 bits) and the difference are exact.
    private const double Ln2High = 0.6931471805592082;
    private const double Ln2Low = 7.371002565167799e-13;

    // Adding 1.5·2^52 rounds to an integer and leaves it in the low bits.
    private const double Rounder = 6755399441055744.0;

    /// <summary>e^x for |x| ≤ 700, as 2^k · e^r with |r| ≤ 0.3466.</summary>
    /// <remarks>
    /// Relative error: the series cut after r^11/11! leaves 2^-46.6; r is off by at most 2^-54, the evaluation by at
    /// most 2^-50, fused or not. Together below 2^-46.4.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, IWide<T>
    {
        T rounder = T.Create(Rounder);
        T shifted = T.MultiplyAdd(x, T.Create(InverseLn2), rounder);
        T k = shifted - rounder;
        T r = T.MultiplyAdd(k, T.Create(-Ln2High), x);
        r = T.MultiplyAdd(k, T.Create(-Ln2Low), r);
        T r2 = r * r;
        T r4 = r2 * r2;
        T r8 = r4 * r4;
        T a = T.MultiplyAdd(Pair(1.0 / 2, 1.0 / 6, r), r2, T.Create(1.0) + r);
        T b = T.MultiplyAdd(Pair(1.0 / 720, 1.0 / 5040, r), r2, Pair(1.0 / 24, 1.0 / 120, r));
        T c = T.MultiplyAdd(Pair(1.0 / 3628800, 1.0 / 39916800, r), r2, Pair(1.0 / 40320, 1.0 / 362880, r));
        T series = T.MultiplyAdd(c, r8, T.MultiplyAdd(b, r4, a));
        return T.AddBits(series, shifted << 52);
    }

    /// <summary>constant + linear · r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Pair<T>(double constant, double linear, T r)
        where T : struct, IWide<T> => T.MultiplyAdd(T.Create(linear), r, T.Create(constant));
}

using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>erf x = x · g(|x|), g by pieces of width 1/4 up to 4; from there on it rounds to ±1.</summary>
internal readonly struct Erf : IElementary
{
    /// <summary>The pieces leave 2^-44.07; evaluation adds less than 2^-50, fused or not, since the first term is the greatest by far.</summary>
    public static int Bits => 44;

    public static float Low => float.NegativeInfinity;

    public static float High => float.PositiveInfinity;

    public static float Near => 1.2e-38f;

    public static float Far => float.PositiveInfinity;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        const double Rounder = 1.5 * (1L << 50); // its ulp is 1/4
        T a = T.Min(T.Abs(x), T.Create(3.984375)); // erf is nearer to 1 than half an ulp from 3.92 on
        T shifted = (a - T.Create(0.125)) + T.Create(Rounder);
        T t = (a - T.Create(0.125)) - (shifted - T.Create(Rounder));
        T g = T.Lookup16(ErfTable.C8, shifted);
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C7, shifted));
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C6, shifted));
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C5, shifted));
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C4, shifted));
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C3, shifted));
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C2, shifted));
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C1, shifted));
        g = T.MultiplyAdd(g, t, T.Lookup16(ErfTable.C0, shifted));
        T sign = x & T.Create(long.MinValue);
        return (a * g) | sign;
    }

    public static float Decide(float x) => Reference.NormalDistribution.Erf(x);
}

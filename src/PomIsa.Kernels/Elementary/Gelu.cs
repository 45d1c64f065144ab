using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>x · Φ(x), rounded once: Φ(−t) = e^(−t²/2) · G(t) for t ≥ 0, and Φ(t) = 1 − Φ(−t).</summary>
internal readonly struct Gelu : IElementary
{
    /// <summary>Below minus this, gelu rounds to −0.</summary>
    private const double Gone = 14.9;

    /// <summary>G by pieces is off by 2^-44.4 at most, the exponential of the exact t²/2 by 2^-45.2, evaluation by 2^-50.</summary>
    public static int Bits => 43;

    public static float Low => float.NegativeInfinity;

    public static float High => float.PositiveInfinity;

    public static float Near => 1e-37f;

    public static float Far => 12.5f;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T bounded = T.Max(x, T.Create(-Gone));
        T t = T.Min(T.Abs(bounded), T.Create(Gone));
        T tail = Tail(t) * Exponential.Exp(t * t * T.Create(-0.5));
        return bounded * T.SelectLess(bounded, T.Create(0.0), tail, T.Create(1.0) - tail);
    }

    public static float Decide(float x) => Reference.NormalDistribution.Gelu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Tail<T>(T t)
        where T : struct, IWide<T>
    {
        T w = t + T.Create(1.0);
        T piece = w >>> 50;
        T x = w - (w & T.Create(-1L << 50));
        T g = T.Lookup16(TailTable.C10, piece);
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C9, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C8, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C7, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C6, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C5, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C4, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C3, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C2, piece));
        g = T.MultiplyAdd(g, x, T.Lookup16(TailTable.C1, piece));
        return T.MultiplyAdd(g, x, T.Lookup16(TailTable.C0, piece));
    }
}

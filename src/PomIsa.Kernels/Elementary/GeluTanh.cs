using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) = x / (1 + e^-v), v = 2√(2/π) · (x + 0.044715 x³), rounded once.</summary>
internal readonly struct GeluTanh : IElementary
{
    /// <summary>
    /// v is off by at most 2^-51, relative: two constants, a sum and two products, all terms of one sign. Where the result is not
    /// zero v ≥ −107, so e^-v is off by 2^-44.2 from that and by 2^-45.2 of its own; a sum and a quotient follow.
    /// </summary>
    public static int Bits => 43;

    public static float Low => -11;

    public static float High => float.PositiveInfinity;

    public static float Near => 1e-37f;

    public static float Far => 9.5f;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        const double Linear = 1.5957691216057308, Cubic = 0.07135481627260025; // 2√(2/π), and times 0.044715
        T a = T.Min(x, T.Create(11.0));
        T v = a * T.MultiplyAdd(a * a, T.Create(Cubic), T.Create(Linear));
        return x / (T.Create(1.0) + Exponential.ExpOfNegative(v));
    }

    public static float Decide(float x) => Reference.GeluTanh.Gelu(x);
}

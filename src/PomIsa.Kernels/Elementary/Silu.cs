using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>x / (1 + e^-x), rounded once.</summary>
internal readonly struct Silu : IElementary
{
    public static int Bits => 46;

    public static float Low => -120;

    public static float High => 120;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Inside<T>(T x)
        where T : struct, IWide<T> => T.Between(T.Abs(x), 1e-37, 80);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T> => x / (T.Create(1.0) + Exponential.Exp(-x));

    public static float Decide(float x) => Reference.Elementary.Silu(x);
}

using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>1 / (1 + e^-x).</summary>
internal readonly struct Sigmoid : IElementary
{
    public static int Bits => 46;

    public static float Low => -120;

    public static float High => 120;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Inside<T>(T x)
        where T : struct, IWide<T> => T.Within(x, 87);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T> => T.Create(1.0) / (T.Create(1.0) + Exponential.Exp(-x));

    public static float Decide(float x) => Reference.Elementary.Sigmoid(x);
}

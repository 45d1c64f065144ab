using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>e^x. Beyond 87 it may be subnormal or overflow; at ±120 it has reached its limits.</summary>
internal readonly struct Exp : IElementary
{
    /// <summary>See <see cref="Exponential.Exp"/>.</summary>
    public static int Bits => 45;

    public static float Low => -120;

    public static float High => 120;

    public static float Near => 0;

    public static float Far => 87;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T> => Exponential.Exp(x);

    public static float Decide(float x) => Reference.Elementary.Exp(x);
}

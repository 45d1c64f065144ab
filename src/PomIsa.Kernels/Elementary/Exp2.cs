using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>2^x. Beyond 126 it may be subnormal or overflow; at ±160 it has reached its limits.</summary>
internal readonly struct Exp2 : IElementary
{
    /// <summary>See <see cref="Exponential.Exp2"/>.</summary>
    public static int Bits => 47;

    public static float Low => -160;

    public static float High => 160;

    public static float Near => 0;

    public static float Far => 126;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T> => Exponential.Exp2(x);

    public static float Decide(float x) => Reference.Elementary.Exp2(x);
}

using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>ln x. Only 1 gives zero, and no result is subnormal.</summary>
internal readonly struct Log : IElementary
{
    /// <summary>See <see cref="Logarithm.Natural"/>.</summary>
    public static int Bits => 43;

    public static float Low => float.Epsilon;

    public static float High => float.MaxValue;

    public static float Near => float.Epsilon;

    public static float Far => float.MaxValue;

    public static bool BothSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T> => Logarithm.Natural(x);

    public static float Decide(float x) => Reference.Elementary.Log(x);
}

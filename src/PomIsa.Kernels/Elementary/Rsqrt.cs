using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>1/√x, by one step of Newton's from an f32 seed.</summary>
internal readonly struct Rsqrt : IElementary
{
    /// <summary>The step leaves 3/2 of the seed's error squared: 2^-45.2.</summary>
    public static int Bits => 45;

    public static float Low => float.Epsilon;

    public static float High => float.MaxValue;

    public static float Near => float.Epsilon;

    public static float Far => float.MaxValue;

    public static bool BothSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T seed = T.ReciprocalSqrtSeed(x);
        T rest = T.SubtractProduct(T.Create(1.0), x * seed, seed);
        return T.MultiplyAdd(seed * T.Create(0.5), rest, seed);
    }

    public static float Decide(float x) => Reference.Elementary.Rsqrt(x);
}

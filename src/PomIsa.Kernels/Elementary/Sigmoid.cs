using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>1 / (1 + e^-x). Below -87 the seed of the quotient would be subnormal.</summary>
internal readonly struct Sigmoid : IElementary
{
    /// <summary>2^-45.2 from e^-x, and the seed's error squared: 2^-45.8.</summary>
    public static int Bits => 44;

    public static float Low => -87;

    public static float High => 87;

    public static float Near => 0;

    public static float Far => 87;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T divisor = T.Create(1.0) + Exponential.ExpOfNegative(x);
        T seed = T.ReciprocalSeed(divisor);
        return T.MultiplyAdd(seed, T.SubtractProduct(T.Create(1.0), divisor, seed), seed);
    }

    public static float Decide(float x) => Reference.Elementary.Sigmoid(x);
}

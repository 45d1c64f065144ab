using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>x / (1 + e^-x), rounded once. Results below 2^-126 may lie midway between two f32.</summary>
internal readonly struct Silu : IElementary
{
    /// <summary>As <see cref="Sigmoid"/>, and two roundings.</summary>
    public static int Bits => 43;

    public static float Low => -87;

    public static float High => 87;

    public static float Near => 1e-37f;

    public static float Far => 87;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T divisor = T.Create(1.0) + Exponential.ExpOfNegative(x);
        T seed = T.ReciprocalSeed(divisor);
        T first = x * seed;
        return T.MultiplyAdd(first, T.SubtractProduct(T.Create(1.0), divisor, seed), first);
    }

    public static float Decide(float x) => Reference.Elementary.Silu(x);
}

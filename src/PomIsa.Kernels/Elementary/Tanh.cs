using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>The hyperbolic tangent, as (e^2x − 1) / (e^2x + 1).</summary>
internal readonly struct Tanh : IElementary
{
    /// <summary>The seed's error squared, 2^-45.8, and about 2^-49 from the excess: where power is not 1, it differs from 1 by 0.04 at
    /// least, which is more than the excess takes off.</summary>
    public static int Bits => 44;

    public static float Low => -40;

    public static float High => 40;

    public static float Near => 1.2e-38f;

    public static float Far => 40;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T excess = Exponential.Excess(x + x, out T power);
        T numerator = T.MultiplyAdd(power, excess, power - T.Create(1.0));
        T divisor = numerator + T.Create(2.0);
        T seed = T.ReciprocalSeed(divisor);
        T first = numerator * seed;
        return T.MultiplyAdd(first, T.SubtractProduct(T.Create(1.0), divisor, seed), first);
    }

    public static float Decide(float x) => Reference.Elementary.Tanh(x);
}

using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>cos x = (−1)^(k+1) · sin(x − (k + ½)π).</summary>
internal readonly struct Cos : IElementary
{
    /// <inheritdoc cref="Sin.Bits"/>
    public static int Bits => 48;

    public static float Low => -Sinusoid.Far;

    public static float High => Sinusoid.Far;

    public static float Near => 0;

    public static float Far => Sinusoid.Far;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T rounder = T.Create(Sinusoid.Rounder + 1); // odd, so that an even k gives a set bit: the sign
        T shifted = T.MultiplyAdd(x, T.Create(Sinusoid.InversePi), T.Create(-0.5)) + rounder;
        T r = Sinusoid.Reduce(x, (shifted - rounder) + T.Create(0.5));
        return Sinusoid.Sine(r) ^ (shifted << 63);
    }

    public static float Decide(float x) => LargeAngle.Cos(x);
}

using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>sin x = (−1)^k · sin(x − kπ).</summary>
internal readonly struct Sin : IElementary
{
    /// <summary>The reduced angle is off by 2^-51.9 (its sine by no more, relative), the sine's evaluation by 2^-49.</summary>
    public static int Bits => 48;

    public static float Low => -Sinusoid.Far;

    public static float High => Sinusoid.Far;

    public static float Near => 1.2e-38f;

    public static float Far => Sinusoid.Far;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T rounder = T.Create(Sinusoid.Rounder);
        T shifted = T.MultiplyAdd(x, T.Create(Sinusoid.InversePi), rounder);
        T r = Sinusoid.Reduce(x, shifted - rounder);
        return Sinusoid.Sine(r) ^ (shifted << 63);
    }

    public static float Decide(float x) => LargeAngle.Sin(x);
}

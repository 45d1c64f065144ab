using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>What sin and cos share: the angle less a multiple of π, and the sine of the rest.</summary>
internal static class Sinusoid
{
    /// <summary>Up to this magnitude <see cref="Reduce"/> is good: multiples of π/2 up to 2^22.4.</summary>
    public const float Far = 8388608;

    public const double InversePi = 0.3183098861837907;

    /// <summary>Adding 1.5·2^52 rounds to an integer and leaves it in the low bits.</summary>
    public const double Rounder = 6755399441055744.0;

    // π in three pieces, the first two of 30 bits, so that their products with a multiple of ½ below 2^22 are exact.
    private const double PiHigh = 3.141592651605606;
    private const double PiMiddle = 1.9841871583270443e-09;
    private const double PiLow = 1.034036596358821e-18;

    /// <summary>x − h·π for |x| ≤ <see cref="Far"/> and h a multiple of ½ nearest or next to nearest to x/π.</summary>
    /// <remarks>
    /// All products but the last are exact. The first difference is exact from |x| = 2^-24 on, both operands being multiples of 2^-47
    /// and the result below 2. The other two round, each by 2^-53 of its result, and the last product, below 2^-38, by 2^-53. No f32 in
    /// this range but 0 is nearer than 2^-26 to a multiple of π/2 other than 0; so the rest is off by less than 2^-51.9, relative, fused or not.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Reduce<T>(T x, T h)
        where T : struct, IWide<T>
    {
        T r = T.MultiplyAdd(h, T.Create(-PiHigh), x);
        r = T.MultiplyAdd(h, T.Create(-PiMiddle), r);
        return T.MultiplyAdd(h, T.Create(-PiLow), r);
    }

    /// <summary>sin r for |r| ≤ 1.5708 as r·(1 + r²·Q(r²)); relative error below 2^-49.</summary>
    /// <remarks>
    /// Q from Sollya: <c>fpminimax((sin(sqrt(x))/sqrt(x)-1)/x, 6, [|D...|], [2^-40; 2.4675], absolute)</c>, with a relative error of the
    /// sine of 7.3e-16 (<c>dirtyinfnorm</c>), below 2^-50.2. The factor lies in [0.63, 1]; evaluation adds less than 2^-51. A zero keeps its sign.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sine<T>(T r)
        where T : struct, IWide<T>
    {
        T u = r * r;
        T q = T.MultiplyAdd(T.Create(-7.408244795463153e-13), u, T.Create(1.605098721378525e-10));
        q = T.MultiplyAdd(q, u, T.Create(-2.5051973372937724e-08));
        q = T.MultiplyAdd(q, u, T.Create(2.7557318062169926e-06));
        q = T.MultiplyAdd(q, u, T.Create(-0.00019841269836513807));
        q = T.MultiplyAdd(q, u, T.Create(0.008333333333326063));
        q = T.MultiplyAdd(q, u, T.Create(-0.1666666666666665));
        return r * T.MultiplyAdd(u, q, T.Create(1.0));
    }
}

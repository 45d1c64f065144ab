using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>ln(1 + e^x), rounded once, as max(x, 0) + ln(1 + E) with E = e^-|x|.</summary>
internal readonly struct Softplus : IElementary
{
    // E is cut into cells around 0, 1/15.49, …, 15/15.49; c near 1/(1 + E) belongs to the cell and is 1 in the first, where
    // r = (1 + E)·c − 1 is then E itself, and nothing cancels.
    private const double Cells = 15.49;

    private static ReadOnlySpan<double> Inverses =>
    [
        1.0, 0.939356803894043, 0.8856487274169922, 0.8377504348754883,
        0.7947664260864258, 0.7559785842895508, 0.7208003997802734, 0.6887502670288086,
        0.6594295501708984, 0.6325035095214844, 0.6076889038085938, 0.5847492218017578,
        0.5634775161743164, 0.5436992645263672, 0.5252628326416016, 0.5081186294555664,
    ];

    /// <summary>−ln c.</summary>
    private static ReadOnlySpan<double> Logarithms =>
    [
        0, 0.06255988910131736, 0.12143487717612093, 0.17703503326549266,
        0.22970701116143077, 0.27974223086316413, 0.3273930180540431, 0.37287653081445843,
        0.41638013562265075, 0.45806950974528726, 0.498092199331879, 0.536572204340867,
        0.5736278466101168, 0.6093590075507518, 0.6438565080626554, 0.6770403361154742,
    ];

    /// <summary>2^-43.6 from the polynomial in r, |r| ≤ 0.0323, and 2^-45.2 from E.</summary>
    public static int Bits => 43;

    public static float Low => -120;

    public static float High => 120;

    public static float Near => 0;

    public static float Far => 86;

    public static bool BothSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x)
        where T : struct, IWide<T>
    {
        T e = Exponential.Exp(x | T.Create(-0.0));
        T index = T.MultiplyAdd(e, T.Create(Cells), T.Create(6755399441055744.0)); // 1.5·2^52: rounds, integer in the low bits
        T inverse = T.Lookup16(Inverses, index);
        T r = T.MultiplyAdd(e, inverse, inverse - T.Create(1.0));
        T p = T.MultiplyAdd(T.Create(0.14308440358719718), r, T.Create(-0.16689638553995378));
        p = T.MultiplyAdd(p, r, T.Create(0.19999985848392071));
        p = T.MultiplyAdd(p, r, T.Create(-0.2499998795384408));
        p = T.MultiplyAdd(p, r, T.Create(0.33333333335896270));
        p = T.MultiplyAdd(p, r, T.Create(-0.5000000000157589));
        p = T.MultiplyAdd(p, r, T.Create(1.0));
        return T.MultiplyAdd(p, r, T.Max(x, T.Create(0.0)) + T.Lookup16(Logarithms, index));
    }

    public static float Decide(float x) => Reference.Elementary.Softplus(x);
}

using System.Runtime.Intrinsics.X86;
using PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

/// <summary>Measures what an elementary function states of its own error.</summary>
internal static class Approximation
{
    /// <summary>Fails where F's f64 approximation is off by 2^-Bits or more, at vectors of every width that there is here.</summary>
    /// <param name="points">Arguments whose results lie between 2^-70 and 2^100, so that three f32 hold an f64.</param>
    public static void KeepsItsBound<F>(float[] points, Func<double, DoubleDouble> exact)
        where F : struct, IElementary
    {
        KeepsItsBound<F, Wide2>(points, exact);
        if (Avx2.IsSupported)
        {
            KeepsItsBound<F, Wide4>(points, exact);
        }

        if (Avx512F.IsSupported)
        {
            KeepsItsBound<F, Wide8>(points, exact);
        }
    }

    /// <summary>Evenly spaced.</summary>
    public static float[] Points(float from, float to, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(from + (i * ((double)to - from) / (count - 1))))];

    /// <summary>The same for x^y, x &gt; 0.</summary>
    public static void KeepsItsBound(float x, float y)
    {
        DoubleDouble exact = Series.Exp(Series.Log(x) * new DoubleDouble(y, 0));
        IsWithin($"{x:R}^{y:R}", Value(Pow.Approximate(Spread<Wide2>(x), Spread<Wide2>(y))), exact, Pow.Bits);
        if (Avx2.IsSupported)
        {
            IsWithin($"{x:R}^{y:R}", Value(Pow.Approximate(Spread<Wide4>(x), Spread<Wide4>(y))), exact, Pow.Bits);
        }

        if (Avx512F.IsSupported)
        {
            IsWithin($"{x:R}^{y:R}", Value(Pow.Approximate(Spread<Wide8>(x), Spread<Wide8>(y))), exact, Pow.Bits);
        }
    }

    private static void KeepsItsBound<F, T>(float[] points, Func<double, DoubleDouble> exact)
        where F : struct, IElementary
        where T : struct, IWide<T>
    {
        foreach (float x in points)
        {
            IsWithin($"{typeof(F).Name} of {x:R} over {T.Count} lanes", Value(F.Approximate(Spread<T>(x))), exact(x), F.Bits);
        }
    }

    private static void IsWithin(string what, DoubleDouble value, DoubleDouble exact, int bits)
    {
        double error = Math.Abs((value + (exact * new DoubleDouble(-1, 0))).High / exact.High);
        Assert.True(error < Math.ScaleB(1, -bits), $"{what} is off by 2^{Math.Log2(error):F2}; 2^-{bits} was stated.");
    }

    private static T Spread<T>(float value)
        where T : struct, IWide<T>
    {
        float[] lanes = new float[T.Count];
        lanes.AsSpan().Fill(value);
        return T.Load(in lanes[0]);
    }

    /// <summary>The first lane: three f32 hold an f64.</summary>
    private static DoubleDouble Value<T>(T wide)
        where T : struct, IWide<T>
    {
        float[] lanes = new float[T.Count];
        DoubleDouble value = new(0, 0);
        for (int part = 0; part < 3; part++)
        {
            T.Store(wide, ref lanes[0]);
            wide -= T.Load(in lanes[0]);
            value += new DoubleDouble(lanes[0], 0);
        }

        return value;
    }
}

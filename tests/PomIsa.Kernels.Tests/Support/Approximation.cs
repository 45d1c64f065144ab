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

    private static void KeepsItsBound<F, T>(float[] points, Func<double, DoubleDouble> exact)
        where F : struct, IElementary
        where T : struct, IWide<T>
    {
        float[] parts = new float[T.Count], sources = new float[T.Count];
        foreach (float x in points)
        {
            sources.AsSpan().Fill(x);
            T rest = F.Approximate(T.Load(in sources[0]));
            DoubleDouble value = new(0, 0);
            for (int part = 0; part < 3; part++)
            {
                T.Store(rest, ref parts[0]);
                rest -= T.Load(in parts[0]);
                value += new DoubleDouble(parts[0], 0);
            }

            DoubleDouble right = exact(x);
            double error = (value + (right * new DoubleDouble(-1, 0))).High / right.High;
            Assert.True(
                Math.Abs(error) < Math.ScaleB(1, -F.Bits),
                $"{typeof(F).Name} of {x:R} over {T.Count} lanes is off by 2^{Math.Log2(Math.Abs(error)):F2}; 2^-{F.Bits} was stated.");
        }
    }
}

using PomIsa.Oracle.Elementary;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Rules;

/// <summary>Sums and norms of one row (spec/numerics.md, chapters 3 and 5).</summary>
internal static class Rows
{
    private const int Lanes = 16;

    /// <summary>3.1: sixteen lanes, folded in halves.</summary>
    public static F32 Sum(ReadOnlySpan<F32> x) => Fold(x, F32.Zero, static (a, b) => a + b);

    /// <summary>Lanes that begin at <paramref name="start"/>; lane j takes the elements i = j mod 16, and then lane j takes lane j + s for s = 8, 4, 2, 1.</summary>
    public static T Fold<T>(ReadOnlySpan<T> x, T start, Func<T, T, T> step)
    {
        var lanes = new T[Lanes];
        Array.Fill(lanes, start);
        for (int i = 0; i < x.Length; i++)
        {
            lanes[i % Lanes] = step(lanes[i % Lanes], x[i]);
        }

        for (int s = Lanes / 2; s > 0; s /= 2)
        {
            for (int j = 0; j < s; j++)
            {
                lanes[j] = step(lanes[j], lanes[j + s]);
            }
        }

        return lanes[0];
    }

    /// <summary>3.2.</summary>
    public static F32 Mean(ReadOnlySpan<F32> x) => Sum(x) / F32.Of(x.Length);

    /// <summary>3.3: the lowest index among the greatest values, the first NaN where there is one.</summary>
    public static int Argmax(ReadOnlySpan<F32> x)
    {
        int best = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i].IsNaN)
            {
                return i;
            }

            best = F32.Compare(x[i], x[best]) > 0 ? i : best;
        }

        return best;
    }

    public static F32 Greatest(ReadOnlySpan<F32> x)
    {
        F32 m = F32.NegativeInfinity;
        foreach (F32 one in x)
        {
            m = F32.Max(m, one);
        }

        return m;
    }

    /// <summary>5.2.</summary>
    public static F32[] Softmax(ReadOnlySpan<F32> x)
    {
        F32 m = Greatest(x);
        var e = new F32[x.Length];
        for (int i = 0; i < e.Length; i++)
        {
            e[i] = Functions.Exp(x[i] - m);
        }

        F32 s = Sum(e);
        return [.. e.Select(one => one / s)];
    }

    /// <summary>5.3, the first.</summary>
    public static F32[] Rms(F32[] x, F32[] w, F32 eps)
    {
        F32 r = Scale(x, eps);
        return [.. x.Select((one, i) => one * r * w[i])];
    }

    /// <summary>5.3, the second.</summary>
    public static F32[] Layer(F32[] x, F32[] w, F32[] b, F32 eps)
    {
        F32 m = Mean(x);
        F32[] c = [.. x.Select(one => one - m)];
        F32 r = Scale(c, eps);
        return [.. c.Select((one, i) => (one * r * w[i]) + b[i])];
    }

    private static F32 Scale(F32[] x, F32 eps) => F32.One / F32.Sqrt(Mean([.. x.Select(static one => one * one)]) + eps);
}

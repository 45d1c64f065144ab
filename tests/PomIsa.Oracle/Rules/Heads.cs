using PomIsa.Oracle.Elementary;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Rules;

/// <summary>Attention and rotation, head by head (spec/numerics.md 5.4 and 5.5).</summary>
internal static class Heads
{
    /// <summary>One head of one row over the positions from <paramref name="first"/> to before <paramref name="last"/>.</summary>
    /// <param name="score">What becomes of the scaled dot with a position.</param>
    /// <param name="seen">Leaves single positions out; they count for lanes and blocks.</param>
    public static F32[] Attend(
        int headDim, int first, int last, Func<int, F32> q, Func<int, int, F32> k, Func<int, int, F32> v, F32 scale, Func<int, F32, F32> score, Func<int, bool>? seen = null)
    {
        int count = last - first;
        bool[] sees = [.. Enumerable.Range(first, count).Select(p => seen?.Invoke(p) ?? true)];
        if (!sees.Contains(true))
        {
            return [.. Enumerable.Repeat(F32.Zero, headDim)];
        }

        F32[] scores = [.. Enumerable.Range(0, count).Select(i => sees[i] ? score(first + i, Products.Dot(headDim, q, d => k(first + i, d)) * scale) : F32.NegativeInfinity)];
        F32 m = F32.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            m = sees[i] ? F32.Max(m, scores[i]) : m;
        }

        F32[] e = [.. scores.Select((s, i) => sees[i] ? Functions.Exp(s - m) : F32.Zero)];
        F32 sum = Rows.Sum(e);
        F32[] weights = [.. e.Select(one => one / sum)];
        return [.. Enumerable.Range(0, headDim).Select(d => Products.Dot(count, i => weights[i], i => v(first + i, d), i => sees[i]))];
    }

    /// <summary>Two halves of one head, rotated by the angles whose cosines and sines are given.</summary>
    public static F32[] Rotate(ReadOnlySpan<F32> x, ReadOnlySpan<F32> cos, ReadOnlySpan<F32> sin)
    {
        int half = x.Length / 2;
        var y = new F32[x.Length];
        for (int i = 0; i < half; i++)
        {
            (F32 a, F32 b) = (x[i], x[i + half]);
            y[i] = (a * cos[i]) - (b * sin[i]);
            y[i + half] = (a * sin[i]) + (b * cos[i]);
        }

        return y;
    }
}

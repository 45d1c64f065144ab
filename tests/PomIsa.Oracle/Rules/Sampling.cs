using PomIsa.Oracle.Elementary;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Rules;

/// <summary>How a run draws its tokens; null where it is greedy.</summary>
internal sealed record SamplingRule(ulong Seed, F32 Temperature, F32 TopP, uint TopK);

/// <summary>One token from a row of logits.</summary>
internal static class Sampling
{
    public static int Draw(F32[] x, SamplingRule? rule, long position)
    {
        if (rule is null || rule.Temperature.IsZero || x.Any(static one => one.IsNaN))
        {
            return Rows.Argmax(x);
        }

        F32[] z = [.. x.Select(one => one / rule.Temperature)];
        int[] order = [.. Enumerable.Range(0, x.Length)];
        Array.Sort(order, (a, b) => F32.Compare(z[b], z[a]) is var size && size != 0 ? size : a.CompareTo(b));
        if (rule.TopK > 0 && rule.TopK < x.Length)
        {
            order = order[..(int)rule.TopK];
        }

        F32 m = z[order[0]];
        if (m.IsInfinite)
        {
            return order[0];
        }

        F32[] e = [.. order.Select(i => Functions.Exp(z[i] - m))];
        F32 s = Rows.Sum(e), running = F32.Zero;
        var c = new List<F32>();
        for (int i = 0; i < e.Length; i++)
        {
            running = i == 0 ? e[i] / s : running + (e[i] / s);
            c.Add(running);
            if (F32.Compare(running, rule.TopP) >= 0)
            {
                break;
            }
        }

        uint r = Philox.First(rule.Seed, unchecked((ulong)position));
        F32 u = F32.Of(false, FloatFormat.Binary32.Round((UInt128)(r >> 8), -24)), h = u * c[^1];
        int chosen = c.FindIndex(one => F32.Compare(one, h) > 0);
        return order[chosen < 0 ? c.Count - 1 : chosen];
    }
}

using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Elementary;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Attention over states: causal, in a window, with capped scores.</summary>
internal static class AttentionCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
        [("attention", Causal), ("attention.window", Windowed), ("attention.softcap", Capped)];

    private static IEnumerable<Case> Causal()
    {
        foreach (Sizes s in Shapes("attention"))
        {
            yield return Of(s, null, null);
        }

        foreach (Sizes s in Specials())
        {
            yield return Of(s, null, null);
        }
    }

    private static IEnumerable<Case> Windowed()
    {
        foreach (Sizes s in Shapes("attention.window"))
        {
            foreach (int window in ((int[])[s.Positions > 200 ? 16 : 1, s.Positions, s.Positions + 1, 3, 1 << 24]).Distinct().Take(s.Positions * s.HeadDim > 50 ? 1 : 5))
            {
                yield return Of(s with { Name = $"{s.Name}; window {window}" }, window, null);
            }
        }

        yield return Of(Drawn("two blocks, counted from the first position seen", 3, 1, 1, 2, 300, "attention.window"), 257, null);
        foreach (Sizes s in Specials())
        {
            yield return Of(s with { Name = s.Name + "; window 2" }, 2, null);
        }
    }

    private static IEnumerable<Case> Capped()
    {
        int i = 0;
        foreach (Sizes s in Shapes("attention.softcap").Concat(Specials()))
        {
            string cap = ((string[])["50", "1", "0.125", "30", "1e-30", "max"])[i++ % 6];
            yield return Of(s with { Name = $"{s.Name}; cap {cap}" }, 0, Number(cap));
            if (s.Positions * s.HeadDim < 200)
            {
                yield return Of(s with { Name = $"{s.Name}; cap {cap}, window 2" }, 2, Number(cap));
            }
        }
    }

    /// <summary>Rows of queries, their heads, the cache's heads, values of a head, positions before the first row.</summary>
    internal sealed record Sizes(string Name, int Rows, int HeadCount, int Groups, int HeadDim, int Seen, F32[] Q, F32[] K, F32[] V, F32 Scale)
    {
        public int Positions => Seen + Rows;
    }

    private static IEnumerable<Sizes> Shapes(string mnemonic)
    {
        yield return Drawn("one value sees itself", 1, 1, 1, 1, 0, mnemonic);
        yield return Drawn("two rows, causal", 2, 1, 1, 4, 0, mnemonic);
        yield return Drawn("four heads share two", 3, 4, 2, 8, 5, mnemonic);
        yield return Drawn("four heads, each its own", 2, 4, 4, 2, 3, mnemonic);
        yield return Drawn("four heads share one", 2, 4, 1, 3, 2, mnemonic);
        yield return Drawn("three heads share one", 2, 3, 1, 15, 1, mnemonic);
        yield return Drawn("heads of 16", 1, 2, 2, 16, 15, mnemonic);
        yield return Drawn("heads of 17", 2, 1, 1, 17, 15, mnemonic);
        yield return Drawn("heads of 257: two blocks a score", 1, 1, 1, 257, 2, mnemonic);
        foreach (int positions in (int[])[15, 16, 17, 255, 256, 257])
        {
            yield return Drawn($"{positions} positions", 1, 1, 1, 2, positions - 1, mnemonic);
        }

        yield return Drawn("17 rows over 241 positions: some see a second block", 17, 1, 1, 2, 241, mnemonic);
        var draw = new Draw(Seeds.Of(mnemonic + " sizes"));
        for (int i = 0; i < 20; i++)
        {
            int groups = draw.Of(1, 1, 2);
            yield return Drawn($"drawn {i}", 1 + draw.Below(3), groups * (1 + draw.Below(2)), groups, 1 + draw.Below(4), draw.Below(6), $"{mnemonic} {i}");
        }
    }

    private static IEnumerable<Sizes> Specials()
    {
        F32 half = Number("0.5");
        yield return new Sizes("what a row does not see takes no part", 2, 1, 1, 2, 1, Decimals("1 2 3 4"), Decimals("1 0.5 2 1 nan 1"), Decimals("1 2 3 4 inf nan"), half);
        yield return new Sizes("a key of infinity makes its own row NaN", 2, 1, 1, 2, 0, Decimals("1 2 3 4"), Decimals("1 1 inf 1"), Decimals("1 2 3 4"), half);
        yield return new Sizes("NaN payload in a value that is seen", 2, 1, 1, 2, 0, Decimals("1 2 3 4"), Decimals("1 1 2 1"), Decimals("nan 2 3 4"), half);
        yield return new Sizes("a weight of zero still meets infinity", 1, 1, 1, 1, 1, Decimals("1"), Decimals("-1000 1000"), Decimals("inf 1"), F32.One);
        yield return new Sizes("a scale of zero: the mean", 1, 1, 1, 2, 3, Decimals("1.5 -2"), Decimals("1 2 3 4 5 6 7 8"), Decimals("1 -2 3 -4 5 -6 7 -8"), F32.Zero);
        yield return new Sizes("a negative scale", 1, 1, 1, 2, 3, Decimals("1.5 -2"), Decimals("1 2 3 4 5 6 7 8"), Decimals("1 -2 3 -4 5 -6 7 -8"), Number("-0.25"));
        yield return new Sizes("subnormal keys and values", 1, 1, 1, 2, 3, Decimals("1 -1"), Subnormals, [.. Subnormals.Reverse()], Number("1e30"));
        yield return new Sizes("nothing but -inf scores is NaN", 1, 1, 1, 1, 1, Decimals("-inf"), Decimals("1 1"), Decimals("1 2"), F32.One);
        yield return new Sizes("one score of -inf has no weight", 1, 1, 1, 1, 2, Decimals("1"), Decimals("1 -inf 2"), Decimals("1 5 2"), F32.One);
        yield return new Sizes("queries of NaN stay in their row", 2, 1, 1, 1, 0, Decimals("nan 1"), Decimals("1 2"), Decimals("3 4"), F32.One);
        yield return new Sizes("the greatest scores overflow", 1, 1, 1, 2, 1, Decimals("max max"), Decimals("max max -max -max"), Decimals("1 2 3 4"), F32.One);
    }

    private static Sizes Drawn(string name, int rows, int heads, int groups, int headDim, int seen, string seed)
    {
        var draw = new Draw(Seeds.Of(seed + name));
        int cache = (seen + rows) * groups * headDim;
        return new Sizes(name, rows, heads, groups, headDim, seen, draw.Spread(rows * heads * headDim, -3, 1), draw.Spread(cache, -3, 1), draw.Spread(cache, -4, 4), Number("0.25"));
    }

    private static Case Of(Sizes s, int? window, F32? cap)
    {
        int width = s.HeadCount * s.HeadDim, row = s.Groups * s.HeadDim, share = s.HeadCount / s.Groups;
        IEnumerable<F32> y = Enumerable.Range(0, s.Rows * s.HeadCount).SelectMany(at =>
        {
            int t = at / s.HeadCount, head = at % s.HeadCount, group = head / share, last = s.Seen + t + 1;
            int first = window is > 0 ? Math.Max(0, last - window.Value) : 0;
            return Heads.Attend(
                s.HeadDim, first, last, d => s.Q[(t * width) + (head * s.HeadDim) + d], (p, d) => s.K[(p * row) + (group * s.HeadDim) + d],
                (p, d) => s.V[(p * row) + (group * s.HeadDim) + d], s.Scale, (_, score) => cap is { } c ? c * Functions.Tanh(score / c) : score);
        });
        int[] shape = [s.Rows, width];
        Immediate[] immediates = [Immediate.U32(s.HeadDim), Immediate.Of(s.Scale)];
        return new Case(s.Name)
        {
            Reads = [Tensor.Of(shape, s.Q)],
            States = [State(s, s.K), State(s, s.V)],
            Immediates = [.. immediates, .. window is { } w ? [Immediate.U32(w)] : (Immediate[])[], .. cap is { } c ? [Immediate.Of(c)] : (Immediate[])[]],
            Writes = [Tensor.Of(shape, y.Select(static v => v.Canonical))],
        };
    }

    private static StateRows State(Sizes s, F32[] rows) => new(DType.F32, [s.Groups * s.HeadDim], 512, Tensor.Of([rows.Length], rows).Bits);
}

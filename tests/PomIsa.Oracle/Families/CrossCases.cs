using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Attention whose keys and values are registers: every row sees all positions, or those that a bias leaves.</summary>
internal static class CrossCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All => [("attention.cross", Cross), ("attention.bias", Biased)];

    private static IEnumerable<Case> Cross()
    {
        foreach (Sizes s in Shapes("attention.cross"))
        {
            yield return Of(s, null);
        }

        yield return Of(Given("a key of infinity makes its row NaN", 1, Decimals("1 2"), Decimals("1 1 inf 1"), Decimals("1 2 3 4")), null);
        yield return Of(Given("a weight of zero still meets infinity", 1, Decimals("1"), Decimals("-1000 1000"), Decimals("inf 1")), null);
        yield return Of(Given("NaN payload in a value", 1, Decimals("1"), Decimals("1 2"), Decimals("nan 1")), null);
        yield return Of(Given("nothing but -inf scores is NaN", 1, Decimals("-inf"), Decimals("1 1"), Decimals("1 2")), null);
        yield return Of(Given("subnormal keys and values", 1, Decimals("1 -1"), Subnormals, [.. Subnormals.Reverse()]), null);
    }

    private static IEnumerable<Case> Biased()
    {
        string[] kinds = ["0 0 0 0", "-inf 0 -inf 0", "0 -1 -2 -3", "1 -inf 0.5 -inf", "-inf -inf -inf -inf", "-0 0 1e-40 -1e-40"];
        int i = 0;
        foreach (Sizes s in Shapes("attention.bias"))
        {
            var draw = new Draw(Seeds.Of("bias " + s.Name));
            int count = Tensor.Elements(s.Lead) * s.HeadCount * s.Rows * s.Positions;
            F32[] kind = Decimals(kinds[i++ % kinds.Length]);
            yield return Of(s with { Name = s.Name + "; a repeated bias" }, Range(count, at => kind[at % 4]));
            if (count < 100)
            {
                yield return Of(s with { Name = s.Name + "; some positions hidden" }, Range(count, _ => draw.Below(3) == 0 ? F32.NegativeInfinity : draw.Spread(-3, 1)));
            }
        }

        yield return Of(Given("a hidden position takes no part, whatever it holds", 1, Decimals("1"), Decimals("nan 2 1"), Decimals("inf 3 4")), Decimals("-inf 0 1"));
        yield return Of(Given("a bias of NaN", 1, Decimals("1"), Decimals("1 2"), Decimals("3 4")), Decimals("nan 0"));
        yield return Of(Given("a bias of +inf", 1, Decimals("1"), Decimals("1 2"), Decimals("3 4")), Decimals("inf 0"));
        yield return Of(Given("-inf of the dot and a finite bias is seen", 1, Decimals("-inf"), Decimals("1 1"), Decimals("1 2")), Decimals("0 0"));
        yield return Of(Given("a dot of NaN stays hidden", 1, Decimals("inf"), Decimals("0 1 -1"), Decimals("3 4 5")), Decimals("-inf 0 0"));
        yield return Of(Given("the sum of score and bias rounds", 1, Decimals("1"), Decimals("1e8 1e8"), Decimals("3 4")), Decimals("1 -1"));
        foreach (int seen in (int[])[255, 256, 257])
        {
            Sizes s = Drawn("two blocks", [], 1, 1, 1, 1, 271, "bias blocks");
            yield return Of(s with { Name = $"271 positions, seen from {seen} on" }, Range(271, at => at < seen ? F32.NegativeInfinity : F32.Zero));
            yield return Of(s with { Name = $"271 positions, only {seen} seen" }, Range(271, at => at != seen ? F32.NegativeInfinity : F32.Zero));
        }
    }

    private sealed record Sizes(string Name, int[] Lead, int Rows, int HeadCount, int Groups, int HeadDim, int Positions, F32[] Q, F32[] K, F32[] V);

    private static IEnumerable<Sizes> Shapes(string mnemonic)
    {
        yield return Drawn("one of each", [], 1, 1, 1, 1, 1, mnemonic);
        yield return Drawn("four heads share two", [], 3, 4, 2, 4, 5, mnemonic);
        yield return Drawn("four heads, each its own", [], 2, 4, 4, 2, 3, mnemonic);
        yield return Drawn("four heads share one", [], 2, 4, 1, 3, 2, mnemonic);
        yield return Drawn("heads of 17", [], 2, 1, 1, 17, 3, mnemonic);
        yield return Drawn("heads of 257: two blocks a score", [], 1, 1, 1, 257, 2, mnemonic);
        foreach (int positions in (int[])[15, 16, 17, 255, 256, 257])
        {
            yield return Drawn($"{positions} positions", [], 1, 1, 1, 1, positions, mnemonic);
        }

        foreach (int[] lead in (int[][])[[2], [2, 2], [1, 2, 1], [0]])
        {
            yield return Drawn($"batches {Text(lead)}", lead, 2, 2, 1, 2, 3, mnemonic);
        }

        yield return Drawn("no rows", [], 0, 1, 1, 2, 3, mnemonic);
        yield return Drawn("no positions: +0", [], 2, 2, 1, 2, 0, mnemonic);
        var draw = new Draw(Seeds.Of(mnemonic + " sizes"));
        for (int i = 0; i < 30; i++)
        {
            int groups = draw.Of(1, 1, 2);
            yield return Drawn($"drawn {i}", draw.Of<int[]>([], [1], [2]), 1 + draw.Below(3), groups * (1 + draw.Below(2)), groups, 1 + draw.Below(3), 1 + draw.Below(5), $"{mnemonic} {i}");
        }
    }

    private static Sizes Drawn(string name, int[] lead, int rows, int heads, int groups, int headDim, int positions, string seed)
    {
        var draw = new Draw(Seeds.Of(seed + name));
        int batch = Tensor.Elements(lead), cache = batch * positions * groups * headDim;
        return new Sizes(
            name, lead, rows, heads, groups, headDim, positions, draw.Spread(batch * rows * heads * headDim, -3, 1), draw.Spread(cache, -3, 1), draw.Spread(cache, -4, 4));
    }

    /// <summary>One head, one row a query of the width that it has.</summary>
    private static Sizes Given(string name, int rows, F32[] q, F32[] k, F32[] v) => new(name, [], rows, 1, 1, q.Length / rows, k.Length * rows / q.Length, q, k, v);

    private static Case Of(Sizes s, F32[]? bias)
    {
        int width = s.HeadCount * s.HeadDim, row = s.Groups * s.HeadDim, share = s.HeadCount / s.Groups, batch = Tensor.Elements(s.Lead);
        F32 scale = Number("0.5");
        IEnumerable<F32> y = Enumerable.Range(0, batch * s.Rows * s.HeadCount).SelectMany(at =>
        {
            int head = at % s.HeadCount, t = at / s.HeadCount % s.Rows, b = at / s.HeadCount / s.Rows, group = head / share, from = b * s.Positions;
            F32 Bias(int p) => bias is null ? F32.Zero : bias[(((((b * s.HeadCount) + head) * s.Rows) + t) * s.Positions) + p];
            return Heads.Attend(
                s.HeadDim, 0, s.Positions, d => s.Q[(((b * s.Rows) + t) * width) + (head * s.HeadDim) + d], (p, d) => s.K[((from + p) * row) + (group * s.HeadDim) + d],
                (p, d) => s.V[((from + p) * row) + (group * s.HeadDim) + d], scale, (p, score) => bias is null ? score : score + Bias(p), p => Bias(p) != F32.NegativeInfinity);
        });
        int[] shape = [.. s.Lead, s.Rows, width], keys = [.. s.Lead, s.Positions, row];
        Tensor[] reads = [Tensor.Of(shape, s.Q), Tensor.Of(keys, s.K), Tensor.Of(keys, s.V)];
        return new Case(s.Name)
        {
            Reads = bias is null ? reads : [.. reads, Tensor.Of([.. s.Lead, s.HeadCount, s.Rows, s.Positions], bias)],
            Immediates = [Immediate.U32(s.HeadDim), Immediate.Of(scale)],
            Writes = [Tensor.Of(shape, y.Select(static v => v.Canonical))],
        };
    }
}

using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Tokens drawn from logits.</summary>
internal static class SampleCases
{
    public static IEnumerable<Case> Sample()
    {
        var draw = new Draw(Seeds.Of("sample"));
        yield return Of("greedy", Decimals("1 3 2"), null, 0);
        yield return Of("greedy: the lowest index wins a tie", Decimals("1 3 3"), null, 5);
        yield return Of("temperature 0 is greedy", Decimals("1 3 2 3"), Rule(7, "0", "1", 0), 0);
        yield return Of("temperature 0 with NaN", Decimals("1 nan 2 nan"), Rule(7, "0", "1", 0), 0);
        yield return Of("the first NaN", Decimals("1 nan 2 nan"), Rule(7, "1", "1", 0), 0);
        yield return Of("greedy: the first NaN", Decimals("inf nan 2 nan"), null, 0);
        yield return Of("top-k 1", Decimals("1 3 3 2"), Rule(7, "1", "1", 1), 0);
        yield return Of("top-p 0", Decimals("1 3 3 2"), Rule(7, "1", "0", 0), 0);
        yield return Of("one token", Decimals("-5"), Rule(7, "1", "1", 0), 0);
        yield return Of("infinite ones: the first of them", Decimals("1 inf 2 inf"), Rule(7, "1", "1", 0), 3);
        yield return Of("nothing but -inf: the first", Decimals("-inf -inf -inf"), Rule(7, "1", "1", 0), 3);
        yield return Of("-inf is never drawn", Decimals("-inf 0 -inf 0"), Rule(8, "1", "1", 0), 1);
        yield return Of("a quotient overflows: the first infinite one", Decimals("1 max 2e38 max"), Rule(8, "0.5", "1", 0), 1);
        yield return Of("a tiny temperature", Decimals("1 1.0000001 1"), Rule(8, "1e-45", "1", 0), 1);
        yield return Of("a huge temperature: nearly even", Decimals("1 2 3 4"), Rule(8, "max", "1", 0), 1);
        for (int i = 0; i < 60; i++)
        {
            ulong seed = i < 6 ? ((ulong[])[0, 1, uint.MaxValue, 1UL << 32, ulong.MaxValue, 0x0123456789abcdef])[i] : draw.Next();
            long position = i < 12 ? ((long[])[0, 1, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, -1, 2, 3, 4, 5, 6])[i] : draw.Below(4096);
            yield return Of($"seed {seed}, position {position}", draw.Spread(2 + draw.Below(7), -2, 2), Rule(seed, "1", "1", 0), position);
        }

        foreach (string temperature in (string[])["0.1", "0.5", "0.7", "1.5", "2", "10"])
        {
            foreach (string topP in (string[])["0.1", "0.5", "0.9", "0.95", "1", "1.5"])
            {
                uint topK = (uint)draw.Of(0, 1, 2, 3, 8, 40, 1000);
                yield return Of($"temperature {temperature}, top-p {topP}, top-k {topK}", draw.Spread(9, -2, 2), Rule(draw.Next(), temperature, topP, topK), draw.Below(100));
            }
        }

        foreach (int size in Sizes)
        {
            yield return Of($"{size} tokens", draw.Spread(size, -3, 2), Rule(draw.Next(), "0.8", "0.9", 40), draw.Below(100));
            yield return Of($"{size} tokens, all kept", draw.Spread(size, -3, 2), Rule(draw.Next(), "1", "1", 0), draw.Below(100));
        }

        for (int i = 0; i < 40; i++)
        {
            F32[] few = Range(4 + draw.Below(14), _ => F32.Of(draw.Below(3)));
            yield return Of($"ties, drawn {i}", few, Rule(draw.Next(), draw.Of("1", "0.5", "2"), draw.Of("1", "0.5", "0.75"), (uint)draw.Below(6)), draw.Below(1000));
        }

        yield return Of("zeros of both signs are equal", Decimals("-0 0 -0 0"), Rule(3, "1", "0.6", 3), 2);
    }

    private static SamplingRule Rule(ulong seed, string temperature, string topP, uint topK) => new(seed, Number(temperature), Number(topP), topK);

    private static Case Of(string name, F32[] x, SamplingRule? rule, long position) => new(name)
    {
        Reads = [Tensor.Of([1, x.Length], x)],
        Sampling = rule,
        Stack = [11, position],
        Pushes = [Sampling.Draw(x, rule, position)],
    };
}

using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Softmax and the norms.</summary>
internal static class NormCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All => [("softmax", Softmax), ("rmsnorm", Rms), ("layernorm", Layer)];

    private static IEnumerable<Case> Softmax()
    {
        yield return Softmax("all equal", Row(Repeat("-3.25", 17)));
        yield return Softmax("far apart: some weights are subnormal, some zero", Row(Decimals("0 -87 -95 -103 -104 -200 -max -0")));
        yield return Softmax("-inf has no weight", Row(Decimals("-inf 1 2 -inf")));
        yield return Softmax("NaN in one row of two", Tensor.Of([2, 3], [.. Decimals("1 nan 2 1 0 2")]));
        foreach ((string name, Tensor x) in Inputs("softmax", 5))
        {
            yield return Softmax("row: " + name, x);
        }

        foreach ((string name, Tensor x) in RowInputs.Empty(DType.F32))
        {
            yield return Softmax(name, x);
        }
    }

    private static Case Softmax(string name, Tensor x) => new(name)
    {
        Reads = [x],
        Writes = [Tensor.Of(x.Shape, RowInputs.Rows(x.Floats, x.Shape).SelectMany(static r => Rows.Softmax(r)))],
    };

    private static IEnumerable<Case> Rms()
    {
        // Drawn so that every other order of the sum gives another r: from left to right, or lanes folded in neighbours.
        yield return Rms("the order of the sum shows, 17 values", Row(new Draw(32).Spread(17, -2, 2)), Repeat("1", 17), "1e-5");
        yield return Rms("the order of the sum shows, 33 values", Row(new Draw(71).Spread(33, -2, 2)), Repeat("1", 33), "1e-5");
        yield return Rms("a row of zeros", Row(Decimals("0 -0 0 -0")), Decimals("1 1 -1 -1"), "1e-5");
        yield return Rms("a row of zeros and no eps is NaN", Row(Decimals("0 -0 0")), Decimals("1 2 3"), "0");
        yield return Rms("squares overflow: all becomes zero", Row(Decimals("1e20 -1e20 1")), Decimals("1 1 -1"), "1e-5");
        yield return Rms("squares underflow", Row(Decimals("1e-30 -1e-30 tiny")), Decimals("1 2 max"), "0");
        yield return Rms("infinities", Tensor.Of([2, 2], Decimals("inf 1 2 -inf")), Decimals("1 1"), "1e-5");
        yield return Rms("NaN payloads in x and w", Tensor.Of([2, 3], [NaNs[4], .. Decimals("1 2 3 4 5")]), [F32.One, NaNs[2], F32.Of(2)], "1e-5");
        yield return Rms("the product with w overflows", Row(Decimals("3 4")), Decimals("max -max"), "0");
        var draw = new Draw(Seeds.Of("rmsnorm w"));
        foreach ((string name, Tensor x) in Inputs("rmsnorm", 3))
        {
            yield return Rms("row: " + name, x, draw.Spread(x.Shape[^1], -2, 2), draw.Of("1e-5", "1e-6", "0", "1e-12"));
        }
    }

    private static Case Rms(string name, Tensor x, F32[] w, string eps) => new(name)
    {
        Reads = [x],
        Weights = [Weight.Of(Tensor.Of([w.Length], w))],
        Immediates = [Immediate.Of(Number(eps))],
        Writes = [Tensor.Of(x.Shape, RowInputs.Rows(x.Floats, x.Shape).SelectMany(r => Rows.Rms(r, w, Number(eps))).Select(static v => v.Canonical))],
    };

    private static IEnumerable<Case> Layer()
    {
        yield return Layer("equal values leave the bias", Row(Repeat("3", 4)), Decimals("1 2 3 4"), Decimals("1 -0 nan 2"), "1e-5");
        yield return Layer("equal values and no eps are NaN", Row(Repeat("3", 4)), Repeat("1", 4), Zeros(4), "0");
        yield return Layer("squares overflow: the bias is left", Row(Decimals("1e20 -1e20 1 2")), Repeat("1", 4), Decimals("1 2 3 4"), "1e-5");
        yield return Layer("infinity and a NaN payload", Tensor.Of([2, 3], [.. Decimals("inf 1 2"), NaNs[5], .. Decimals("1 2")]), Repeat("1", 3), Zeros(3), "1e-5");
        yield return Layer("the last sum overflows", Row(Decimals("3 4")), Decimals("max -max"), Decimals("max -max"), "0");
        var draw = new Draw(Seeds.Of("layernorm w"));
        foreach ((string name, Tensor x) in Inputs("layernorm", 3))
        {
            yield return Layer("row: " + name, x, draw.Spread(x.Shape[^1], -2, 2), draw.Spread(x.Shape[^1], -3, 1), draw.Of("1e-5", "1e-6", "0", "1e-12"));
        }
    }

    private static Case Layer(string name, Tensor x, F32[] w, F32[] b, string eps) => new(name)
    {
        Reads = [x],
        Weights = [Weight.Of(Tensor.Of([w.Length], w)), Weight.Of(Tensor.Of([b.Length], b))],
        Immediates = [Immediate.Of(Number(eps))],
        Writes = [Tensor.Of(x.Shape, RowInputs.Rows(x.Floats, x.Shape).SelectMany(r => Rows.Layer(r, w, b, Number(eps))).Select(static v => v.Canonical))],
    };

    /// <summary>Rows with constant dimensions from 1, for weights have no others; more rows may be none.</summary>
    private static IEnumerable<(string Name, Tensor X)> Inputs(string mnemonic, int spread)
    {
        var draw = new Draw(Seeds.Of(mnemonic + " near"));
        for (int i = 0; i < 30; i++)
        {
            int width = 1 + draw.Below(24);
            yield return ($"near, drawn {i}", Tensor.Of([2, width], draw.Spread(2 * width, -spread, spread)));
        }

        foreach ((string name, Tensor x) in RowInputs.Floats(mnemonic))
        {
            yield return (name, x);
        }

        yield return ("no rows", Tensor.Of([0, 4]));
        yield return ("no rows of rank 3", Tensor.Of([2, 0, 4]));
    }

    private static Tensor Row(F32[] x) => Tensor.Of([1, x.Length], x);
}

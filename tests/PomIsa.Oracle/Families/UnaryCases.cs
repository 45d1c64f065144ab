using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Elementary;
using PomIsa.Oracle.Numbers;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Opcodes of one operand, element by element.</summary>
internal static class UnaryCases
{
    private const int Drawn = 150;

    /// <summary>Cases of the elementary functions, by mnemonic.</summary>
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
    [
        .. Functions.All.Select(static f => (f.Key, (Func<IEnumerable<Case>>)(() => Floats(f.Key, f.Value, HardInputs.Of(f.Key))))),
        ("sqrt", static () => Floats("sqrt", F32.Sqrt, HardInputs.Roots)),
        ("floor", static () => Floats("floor", static x => Whole.Round(x, Whole.Mode.Down), HardInputs.Halves)),
        ("ceil", static () => Floats("ceil", static x => Whole.Round(x, Whole.Mode.Up), HardInputs.Halves)),
        ("trunc", static () => Floats("trunc", static x => Whole.Round(x, Whole.Mode.ToZero), HardInputs.Halves)),
        ("round", static () => Floats("round", static x => Whole.Round(x, Whole.Mode.NearestEven), HardInputs.Halves)),
        ("neg", static () => Floats("neg", static x => (-x).Canonical, [], 40).Concat(Wholes("neg", static v => unchecked(-v)))),
        ("abs", static () => Floats("abs", static x => x.Abs.Canonical, [], 40).Concat(Wholes("abs", static v => v < 0 ? unchecked(-v) : v))),
        ("sign", static () => Floats("sign", Sign, [], 40).Concat(Wholes("sign", static v => Math.Sign(v)))),
        ("vnot", Not),
    ];

    private static F32 Sign(F32 x) => x.IsNaN ? F32.NaN : x.IsZero ? F32.Zero : F32.Of(x.IsNegative, F32.One.Bits);

    private static IEnumerable<Case> Floats(string mnemonic, Func<F32, F32> rule, uint[] inputs, int drawn = Drawn)
    {
        foreach (uint bits in (uint[])[.. Special.Select(static x => x.Bits).Concat(inputs).Distinct()])
        {
            yield return Floats($"of {bits:x8}", rule, [1], [new F32(bits)]);
        }

        yield return Floats("zeros, infinities, greatest values", rule, [Extremes.Length], Extremes);
        yield return Floats("every NaN gives the one NaN", rule, [NaNs.Length], NaNs);
        yield return Floats("subnormals", rule, [Subnormals.Length], Subnormals);
        var draw = new Draw(Seeds.Of(mnemonic));
        for (int exponent = -148; exponent < 128; exponent += 6)
        {
            F32 power = new(FloatFormat.Binary32.Round(UInt128.One, exponent));
            yield return Floats($"about 2^{exponent}", rule, [4], [power, -power, new F32(power.Bits + 1), new F32((power.Bits - 1) ^ 0x80000000)]);
        }

        for (int i = 0; i < drawn; i++)
        {
            F32 x = draw.Spread(-24, 6);
            yield return Floats($"drawn {i}: {x.Bits:x8}", rule, [2], [x, -x]);
        }

        foreach (int size in Sizes)
        {
            yield return Floats($"{size} values", rule, Shape(size), draw.Spread(size, -24, 6));
        }

        foreach (int[] shape in (int[][])[.. Ranks, .. Empty])
        {
            yield return Floats($"shape {Text(shape)}", rule, shape, draw.Mixed(Tensor.Elements(shape), -3, 3));
        }
    }

    private static IEnumerable<Case> Wholes(string mnemonic, Func<long, long> rule)
    {
        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            var draw = new Draw(Seeds.Of(mnemonic + element));
            foreach (long edge in Edges(element))
            {
                yield return Wholes($"{element.Name()} {edge}", rule, Tensor.Of(element, [1], edge));
            }

            foreach (int[] shape in (int[][])[.. Sizes.Where(s => s < 100 || element == DType.I32).Select(Shape), .. Ranks, .. Empty])
            {
                yield return Wholes($"{element.Name()}{Text(shape)}", rule, draw.Any(element, shape));
            }
        }
    }

    private static IEnumerable<Case> Not()
    {
        foreach (Case one in Wholes("vnot", static v => ~v))
        {
            yield return one;
        }

        yield return Wholes("bool: any byte but 0 is true", static v => v == 0 ? 1 : 0, Tensor.Of(DType.Bool, [6], 0, 1, 2, 255, 128, 0));
        var draw = new Draw(Seeds.Of("vnot bool"));
        foreach (int[] shape in (int[][])[.. Sizes.Select(Shape), .. Ranks, .. Empty])
        {
            yield return Wholes($"bool{Text(shape)}", static v => v == 0 ? 1 : 0, draw.Any(DType.Bool, shape));
        }
    }

    private static Case Floats(string name, Func<F32, F32> rule, int[] shape, F32[] x) => new(name)
    {
        Reads = [Tensor.Of(shape, x)],
        Writes = [Tensor.Of(shape, x.Select(rule))],
    };

    private static Case Wholes(string name, Func<long, long> rule, Tensor x) => new(name)
    {
        Reads = [x],
        Writes = [Tensor.Of(x.Element, x.Shape, x.Longs.Select(rule))],
    };
}

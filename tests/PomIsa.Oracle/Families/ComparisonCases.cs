using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Families;

/// <summary>Comparisons, whose results are bool.</summary>
internal static class ComparisonCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
    [
        ("veq", static () => Of("veq", static size => size == 0)),
        ("vne", static () => Of("vne", static size => size != 0, unordered: true)),
        ("vlt", static () => Of("vlt", static size => size < 0)),
        ("vle", static () => Of("vle", static size => size <= 0)),
        ("vgt", static () => Of("vgt", static size => size > 0)),
        ("vge", static () => Of("vge", static size => size >= 0)),
    ];

    private static IEnumerable<Case> Of(string mnemonic, Func<int, bool> rule, bool unordered = false)
    {
        F32[] drawn = new Draw(Seeds.Of(mnemonic)).Spread(24, -3, 3);
        (F32, F32)[] near = [.. drawn.SelectMany(a => ((F32, F32)[])[(a, a), (a, new F32(a.Bits + 1)), (a, -a)])];
        foreach ((string name, Tensor a, Tensor b) in BinaryInputs.Floats(mnemonic, near, broadcasts: true))
        {
            yield return Pair.Compared(name, a, b, (a, b) => a.IsNaN || b.IsNaN ? unordered : rule(F32.Compare(a, b)));
        }

        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            foreach ((string name, Tensor a, Tensor b) in BinaryInputs.Wholes(mnemonic, element, false))
            {
                yield return Pair.Wholes(name, a, b, DType.Bool, (a, b) => rule(a.CompareTo(b)) ? 1 : 0);
            }
        }

        if (mnemonic is "veq" or "vne")
        {
            foreach ((string name, Tensor a, Tensor b) in BinaryInputs.Bools(mnemonic))
            {
                yield return Pair.Wholes(name, a, b, DType.Bool, (a, b) => rule((a != 0).CompareTo(b != 0)) ? 1 : 0);
            }
        }
    }
}

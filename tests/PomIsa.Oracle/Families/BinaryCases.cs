using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Elementary;
using PomIsa.Oracle.Numbers;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Opcodes of two operands, of which the second broadcasts.</summary>
internal static class BinaryCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
    [
        ("vadd", static () => [.. Floats("vadd", static (a, b) => a + b, BinaryInputs.Sums), .. Wholes("vadd", static (a, b) => unchecked(a + b))]),
        ("vsub", static () => [.. Floats("vsub", static (a, b) => a - b, BinaryInputs.Sums), .. Wholes("vsub", static (a, b) => unchecked(a - b))]),
        ("vmul", static () => [.. Floats("vmul", static (a, b) => a * b, BinaryInputs.Products), .. Wholes("vmul", static (a, b) => unchecked(a * b))]),
        ("vdiv", static () => [.. Floats("vdiv", static (a, b) => a / b, BinaryInputs.Quotients), .. Wholes("vdiv", Quotient, divides: true)]),
        ("vrem", static () => [.. Floats("vrem", Whole.Remainder, BinaryInputs.Remainders), .. Wholes("vrem", static (a, b) => b == -1 ? 0 : a % b, divides: true)]),
        ("vmin", static () => [.. Floats("vmin", F32.Min, []), .. Wholes("vmin", Math.Min)]),
        ("vmax", static () => [.. Floats("vmax", F32.Max, []), .. Wholes("vmax", Math.Max)]),
        ("vpow", static () => Floats("vpow", Power.Pow, BinaryInputs.Powers)),
        ("swiglu", static () => Floats("swiglu", static (g, u) => Functions.Silu(g) * u, BinaryInputs.Gates, broadcasts: false)),
        ("vand", static () => Logic("vand", static (a, b) => a & b)),
        ("vor", static () => Logic("vor", static (a, b) => a | b)),
        ("vxor", static () => Logic("vxor", static (a, b) => a ^ b)),
    ];

    // The least value divided by -1 is itself: the low bits of the quotient.
    private static long Quotient(long a, long b) => b == -1 ? unchecked(-a) : a / b;

    private static IEnumerable<Case> Floats(string mnemonic, Func<F32, F32, F32> rule, (F32 A, F32 B)[] inputs, bool broadcasts = true)
    {
        foreach ((string name, Tensor a, Tensor b) in BinaryInputs.Floats(mnemonic, inputs, broadcasts))
        {
            yield return Pair.Floats(name, a, b, rule);
        }
    }

    private static IEnumerable<Case> Wholes(string mnemonic, Func<long, long, long> rule, bool divides = false)
    {
        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            foreach ((string name, Tensor a, Tensor b) in BinaryInputs.Wholes(mnemonic, element, divides))
            {
                yield return Pair.Wholes(name, a, b, element, rule);
            }

            if (divides)
            {
                yield return Trap($"{element.Name()}: a divisor of zero", Tensor.Of(element, [3], 1, 2, 3), Tensor.Of(element, [3], 1, 0, 1));
                yield return Trap($"{element.Name()}: zero by zero", Tensor.Of(element, [1], 0), Tensor.Of(element, [1], 0));
                yield return Trap($"{element.Name()}: one divisor for all", Tensor.Of(element, [2, 2], 1, 2, 3, 4), Tensor.Of(element, [], 0));
                yield return Trap($"{element.Name()}: the last of 257", Tensor.Of(element, [257], Enumerable.Repeat(7L, 257)), Tensor.Of(element, [257], Enumerable.Range(-256, 257).Select(static i => (long)i)));
                yield return Pair.Wholes($"{element.Name()}: nothing is divided by zero", Tensor.Of(element, [0, 2]), Tensor.Of(element, [2], 0, 0), element, rule);
            }
        }
    }

    private static Case Trap(string name, Tensor a, Tensor b) => new(name) { Reads = [a, b], Into = [(a.Element, a.Shape)], Trap = "DivisionByZero" };

    private static IEnumerable<Case> Logic(string mnemonic, Func<long, long, long> rule)
    {
        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            foreach ((string name, Tensor a, Tensor b) in BinaryInputs.Wholes(mnemonic, element, false))
            {
                yield return Pair.Wholes(name, a, b, element, rule);
            }
        }

        Func<long, long, long> logical = (a, b) => rule(a != 0 ? 1 : 0, b != 0 ? 1 : 0);
        foreach ((string name, Tensor a, Tensor b) in BinaryInputs.Bools(mnemonic))
        {
            yield return Pair.Wholes(name, a, b, DType.Bool, logical);
        }
    }
}

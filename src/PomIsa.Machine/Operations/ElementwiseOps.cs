using System.Numerics;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using static PomIsa.Machine.Operations.Zips;

namespace PomIsa.Machine.Operations;

/// <summary>Arithmetic and functions of one element at a time.</summary>
internal static class ElementwiseOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "vadd" => ByType(
            Zip<float, float>(Elementwise.Add, Elementwise.Add), Zip<int, int>(Integers.Add, Integers.Add), Zip<long, long>(Integers.Add, Integers.Add)),
        "vsub" => ByType(
            Zip<float, float>(Elementwise.Sub, Elementwise.Sub), Zip<int, int>(Integers.Sub, Integers.Sub), Zip<long, long>(Integers.Sub, Integers.Sub)),
        "vmul" => ByType(
            Zip<float, float>(Elementwise.Mul, Elementwise.Mul), Zip<int, int>(Integers.Mul, Integers.Mul), Zip<long, long>(Integers.Mul, Integers.Mul)),
        "vmin" => ByType(
            Zip<float, float>(Elementwise.Min, Elementwise.Min), Zip<int, int>(Integers.Min, Integers.Min), Zip<long, long>(Integers.Min, Integers.Min)),
        "vmax" => ByType(
            Zip<float, float>(Elementwise.Max, Elementwise.Max), Zip<int, int>(Integers.Max, Integers.Max), Zip<long, long>(Integers.Max, Integers.Max)),
        "vdiv" => ByType(
            Zip<float, float>(Elementwise.Div, Elementwise.Div), Dividing<int>(Quotients.Div, Quotients.Div), Dividing<long>(Quotients.Div, Quotients.Div)),
        "vrem" => ByType(
            Zip<float, float>(Quotients.Rem, Quotients.Rem, FunctionRate), Dividing<int>(Quotients.Rem, Quotients.Rem), Dividing<long>(Quotients.Rem, Quotients.Rem)),
        "vpow" => Zip<float, float>(Elementary.Pow, Power),
        "swiglu" => Whole<float, float>(Elementwise.SwiGlu, FunctionRate),
        "neg" => ByType(Map<float>(Exact.Neg), Map<int>(Exact.Neg), Map<long>(Exact.Neg)),
        "abs" => ByType(Map<float>(Exact.Abs), Map<int>(Exact.Abs), Map<long>(Exact.Abs)),
        "sign" => ByType(Map<float>(Exact.Sign), Map<int>(Exact.Sign), Map<long>(Exact.Sign)),
        "sqrt" => Map<float>(Exact.Sqrt),
        "floor" => Map<float>(Exact.Floor),
        "ceil" => Map<float>(Exact.Ceil),
        "round" => Map<float>(Exact.Round),
        "trunc" => Map<float>(Exact.Trunc),
        _ => OfFunction(mnemonic),
    };

    private static Operation? OfFunction(string mnemonic)
    {
        foreach (ElementaryFunction function in ElementaryFunctions.All)
        {
            if (function.Name == mnemonic)
            {
                return Map<float>(function.Apply.Invoke, FunctionRate);
            }
        }

        return null;
    }

    private static void Power(ReadOnlySpan<float> a, float b, Span<float> y)
    {
        Span<float> exponents = stackalloc float[Lanes.Count];
        exponents.Fill(b);
        for (int at = 0; at < y.Length; at += Lanes.Count)
        {
            int count = Math.Min(Lanes.Count, y.Length - at);
            Elementary.Pow(a.Slice(at, count), exponents[..count], y.Slice(at, count));
        }
    }

    /// <summary>Whole numbers: a divisor of zero traps before anything is written. A division that is not made needs no divisor.</summary>
    private static Operation Dividing<T>(Vectors<T, T> vectors, WithOne<T, T> withOne)
        where T : unmanaged, IBinaryInteger<T>
    {
        Operation divide = Zip(vectors, withOne, FunctionRate);
        return c => c.View(0).Length > 0 && c.View(2).As<T>().Contains(T.Zero) ? FaultCode.DivisionByZero : divide(c);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>a·b + c in f32, rounded once, for processors without the instruction.</summary>
/// <remarks>
/// The product of two f32 is exact in f64 (48 bits of 53). The sum is rounded to odd: where it is inexact, the
/// neighbour with an odd last bit is taken. Rounding that to 24 bits or fewer, subnormals included, gives the
/// same as rounding the exact sum (Boldo and Melquiond, 2008), and no f64 here overflows or is subnormal.
/// Platform libraries are not used: some of their <c>fmaf</c> round twice.
/// </remarks>
public static class SoftwareFma
{
    /// <summary>a·b + c, rounded once.</summary>
    public static float Multiply(float a, float b, float c)
    {
        double product = (double)a * b;
        double sum = product + c;
        return (float)ToOdd(sum, Residue(product, c, sum));
    }

    /// <summary>a·b + c, rounded once, in every lane.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b, Vector512<float> c)
    {
        Vector512<double> low = Half(Vector512.WidenLower(a), Vector512.WidenLower(b), Vector512.WidenLower(c));
        Vector512<double> high = Half(Vector512.WidenUpper(a), Vector512.WidenUpper(b), Vector512.WidenUpper(c));
        return Vector512.Narrow(low, high);
    }

    /// <summary>a·b + c, rounded once, in every lane.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Multiply(Vector512.Create(a, a), Vector512.Create(b, b), Vector512.Create(c, c)).GetLower();

    /// <summary>a·b + c, rounded once, in every lane.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.Create(Multiply(a[0], b[0], c[0]), Multiply(a[1], b[1], c[1]), Multiply(a[2], b[2], c[2]), Multiply(a[3], b[3], c[3]));

    /// <summary>The f64 nearest to <c>sum + residue</c> with an odd last bit, or <paramref name="sum"/> if exact.</summary>
    /// <param name="sum">A rounded sum.</param>
    /// <param name="residue">What rounding took off: at most half an ulp of <paramref name="sum"/>.</param>
    internal static double ToOdd(double sum, double residue)
    {
        long bits = BitConverter.DoubleToInt64Bits(sum);
        bool inexact = residue is > 0 or < 0;
        if (!inexact || (bits & 1) != 0)
        {
            return sum;
        }

        return BitConverter.Int64BitsToDouble((residue > 0) == (sum > 0) ? bits + 1 : bits - 1);
    }

    /// <summary>(a + b) − sum, exactly (Knuth); NaN where the sum is not finite.</summary>
    private static double Residue(double a, double b, double sum)
    {
        double bPart = sum - a;
        double aPart = sum - bPart;
        return (a - aPart) + (b - bPart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Half(Vector512<double> a, Vector512<double> b, Vector512<double> c)
    {
        Vector512<double> product = a * b;
        Vector512<double> sum = product + c;
        Vector512<double> cPart = sum - product;
        Vector512<double> residue = (product - (sum - cPart)) + (c - cPart);
        Vector512<double> inexact = Vector512.GreaterThan(residue, Vector512<double>.Zero)
            | Vector512.LessThan(residue, Vector512<double>.Zero);
        Vector512<long> bits = sum.AsInt64();
        Vector512<long> even = Vector512.Equals(bits & Vector512<long>.One, Vector512<long>.Zero);
        Vector512<long> apart = Vector512.LessThan(bits ^ residue.AsInt64(), Vector512<long>.Zero);
        Vector512<long> step = apart | Vector512<long>.One;
        return (bits + (step & even & inexact.AsInt64())).AsDouble();
    }
}

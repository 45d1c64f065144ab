using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>From f32 to 8 bits and a scale (spec/numerics.md, rule 9).</summary>
public static class Quantize
{
    /// <summary>Quantizes each column of a weight matrix. Shapes: <c>w:[K,N] → q:[K,N], s:[N]</c>; rows, not panels.</summary>
    /// <remarks>s = max|w| / 127 over the column, q = w / s rounded half to even within ±127; 0 where w / s is NaN.</remarks>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Columns(ReadOnlySpan<float> w, int depth, int columns, Span<sbyte> q, Span<float> s)
    {
        Shape.Require(w.Length == (long)depth * columns && w.Length == q.Length && s.Length == columns, "w and q are not both [K,N]");
        Span<float> column = new float[depth];
        for (int n = 0; n < columns; n++)
        {
            for (int k = 0; k < depth; k++)
            {
                column[k] = w[(k * columns) + n];
            }

            s[n] = Kernels.Lanes.Canonical(Rows.MaxMagnitude(column) / 127);
            for (int k = 0; k < depth; k++)
            {
                q[(k * columns) + n] = One(column[k] / s[n]);
            }
        }
    }

    /// <summary>A quotient rounded half to even within ±127; NaN is 0.</summary>
    public static sbyte One(float quotient) =>
        float.IsNaN(quotient) ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(quotient), -127, 127);

    /// <summary><see cref="One"/> in 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<sbyte> Lanes16(Vector512<float> quotient)
    {
        // Adding 1.5·2^23 rounds half to even at the last bit, which is then the integer's own.
        Vector512<float> rounder = Vector512.Create(12582912f);
        Vector512<float> most = Vector512.Create(127f);
        Vector512<float> x = Vector512.ConditionalSelect(Vector512.GreaterThan(quotient, most), most, quotient);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, -most), -most, x);
        x = Vector512.ConditionalSelect(Vector512.Equals(x, x), x, Vector512<float>.Zero);
        Vector512<int> integer = (x + rounder).AsInt32() - rounder.AsInt32();
        Vector256<short> words = Vector256.Narrow(integer.GetLower(), integer.GetUpper());
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }
}

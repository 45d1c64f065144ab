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

    /// <summary>Quantizes each column to w4. Shapes: <c>w:[K,N] → nibbles:[K,N], subs:[K/32,N], s:[N]</c>; rows, not panels.</summary>
    /// <remarks>
    /// With m[g] = max|w| over a group of 32 and m over the whole column: s = m / 441, sub[g] = m[g] / (7 · s) within 1 to 63, and the nibble is
    /// w / (s · sub[g]) within −8 to 7, both rounded half to even; 1 and 0 where the quotient is NaN. Each operation is rounded to f32.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree, or K is no multiple of 32.</exception>
    public static void ColumnsW4(ReadOnlySpan<float> w, int depth, int columns, Span<sbyte> nibbles, Span<byte> subs, Span<float> s)
    {
        Shape.Require(depth % LinearW4.Group == 0, "K is not a multiple of 32");
        Shape.Require(w.Length == (long)depth * columns && w.Length == nibbles.Length && s.Length == columns, "w and nibbles are not both [K,N]");
        Shape.Require(subs.Length == (long)(depth / LinearW4.Group) * columns, "sub-scales are not [K/32,N]");
        Span<float> column = new float[depth];
        for (int n = 0; n < columns; n++)
        {
            for (int k = 0; k < depth; k++)
            {
                column[k] = w[(k * columns) + n];
            }

            float scale = Kernels.Lanes.Canonical(Rows.MaxMagnitude(column) / (7 * 63));
            s[n] = scale;
            for (int k = 0; k < depth; k += LinearW4.Group)
            {
                ReadOnlySpan<float> group = column.Slice(k, LinearW4.Group);
                int sub = Rounded(Rows.MaxMagnitude(group) / (7 * scale), 1, 63);
                subs[(k / LinearW4.Group * columns) + n] = (byte)sub;
                for (int i = 0; i < group.Length; i++)
                {
                    float quotient = group[i] / (scale * sub);
                    nibbles[((k + i) * columns) + n] = (sbyte)(float.IsNaN(quotient) ? 0 : Rounded(quotient, -8, 7));
                }
            }
        }
    }

    /// <summary>A quotient rounded half to even within bounds; NaN is the least.</summary>
    private static int Rounded(float quotient, int least, int most) =>
        float.IsNaN(quotient) ? least : (int)Math.Clamp(MathF.Round(quotient), least, most);

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

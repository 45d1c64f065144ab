namespace PomIsa.Kernels.Reference;

/// <summary>The three stages of rule 9, one value at a time.</summary>
public static class Quantized
{
    /// <summary>Quantizes one row and returns its scale.</summary>
    public static float Row(ReadOnlySpan<float> x, Span<sbyte> q)
    {
        float d = Lanes.Canonical(Rows.MaxMagnitude(x) / 127);
        for (int i = 0; i < x.Length; i++)
        {
            q[i] = Value(x[i] / d);
        }

        return d;
    }

    /// <summary>Rounds half to even within ±127; NaN is 0.</summary>
    public static sbyte Value(float quotient)
    {
        if (float.IsNaN(quotient))
        {
            return 0;
        }

        if (quotient >= 127 || quotient <= -127)
        {
            return (sbyte)(quotient > 0 ? 127 : -127);
        }

        int below = (int)quotient - (quotient < 0 ? 1 : 0);
        float above = quotient - below;
        bool up = above > 0.5f || (above == 0.5f && (below & 1) != 0);
        return (sbyte)(up ? below + 1 : below);
    }

    /// <summary>The exact sums. Shapes: <c>q:[T,K], w:[K,N] → acc:[T,N]</c>; w in rows, not panels.</summary>
    public static void MatMul(ReadOnlySpan<sbyte> q, ReadOnlySpan<sbyte> w, int rows, int depth, int columns, Span<int> acc)
    {
        for (int t = 0; t < rows; t++)
        {
            for (int n = 0; n < columns; n++)
            {
                int sum = 0;
                for (int k = 0; k < depth; k++)
                {
                    sum = checked(sum + (q[(t * depth) + k] * w[(k * columns) + n]));
                }

                acc[(t * columns) + n] = sum;
            }
        }
    }

    /// <summary>The exact sums. Shapes: <c>q:[T,K], nibbles:[K,N], subs:[K/32,N] → acc:[T,N]</c>; rows, not panels.</summary>
    public static void MatMulW4(ReadOnlySpan<sbyte> q, ReadOnlySpan<sbyte> nibbles, ReadOnlySpan<byte> subs, int rows, int depth, int columns, Span<int> acc)
    {
        for (int t = 0; t < rows; t++)
        {
            for (int n = 0; n < columns; n++)
            {
                int sum = 0;
                for (int k = 0; k < depth; k++)
                {
                    sum = checked(sum + (q[(t * depth) + k] * (nibbles[(k * columns) + n] * subs[(k / 32 * columns) + n])));
                }

                acc[(t * columns) + n] = sum;
            }
        }
    }

    /// <summary>Quantizes one column to w4 and returns its scale. Shapes: <c>w:[K] → nibbles:[K], subs:[K/32]</c>.</summary>
    public static float ColumnW4(ReadOnlySpan<float> w, Span<sbyte> nibbles, Span<byte> subs)
    {
        float scale = Lanes.Canonical(Rows.MaxMagnitude(w) / 441f);
        for (int k = 0; k < w.Length; k++)
        {
            ReadOnlySpan<float> group = w.Slice(k / 32 * 32, 32);
            float parts = Rows.MaxMagnitude(group) / (7f * scale);
            subs[k / 32] = (byte)Math.Clamp((int)Value(parts), 1, 63);
            nibbles[k] = (sbyte)Math.Clamp((int)Value(w[k] / (scale * subs[k / 32])), -8, 7);
        }

        return scale;
    }

    /// <summary>y = f32(acc) · (d · s).</summary>
    public static float Dequantize(int acc, float d, float s) => Lanes.Canonical((float)acc * (d * s));
}

namespace PomIsa.Kernels.Reference;

/// <summary>The f32 dot product of rule 3 and the products made of it.</summary>
public static class Dot
{
    /// <summary>a · b[0], b[step], b[2·step], …: blocks of 256, each a chain of fma from +0; blocks added in order.</summary>
    public static float Strided(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int step)
    {
        float sum = 0;
        for (int start = 0; start < a.Length; start += 256)
        {
            float p = 0;
            for (int k = start; k < a.Length && k < start + 256; k++)
            {
                p = Lanes.Fma(a[k], b[k * step], p);
            }

            sum = start == 0 ? p : sum + p;
        }

        return Lanes.Canonical(sum);
    }

    /// <summary>y = x · w. Shapes: <c>x:[T,K], w:[K,N] → y:[T,N]</c>; w in rows, not panels.</summary>
    public static void MatMul(ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y, int rows, int depth, int columns)
    {
        for (int t = 0; t < rows; t++)
        {
            for (int n = 0; n < columns; n++)
            {
                y[(t * columns) + n] = depth == 0 ? 0 : Strided(x.Slice(t * depth, depth), w[n..], columns);
            }
        }
    }
}

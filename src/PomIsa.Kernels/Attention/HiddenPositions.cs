using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>The weighted sum of values where a bias of −inf hides some positions (spec/numerics.md, rule 11.2).</summary>
/// <remarks>A weight of +0 would not do in their stead: their values may be no numbers, and +0 · v turns a sum of −0 into +0.</remarks>
internal static unsafe class HiddenPositions
{
    /// <summary>Whether a bias hides any position.</summary>
    public static bool Any(float* bias, int count) => new ReadOnlySpan<float>(bias, count).Contains(float.NegativeInfinity);

    /// <summary>y[d] = the dot over positions, in blocks of 256 of all of them, of the weights and v[·,d]; those hidden have no step.</summary>
    /// <param name="weights">For each position; what hidden ones have does not matter.</param>
    /// <param name="row">Elements from one position of <paramref name="v"/> to the next.</param>
    /// <param name="columns">h.</param>
    public static void Sum(float* weights, float* bias, int count, float* v, nint row, int columns, float* y)
    {
        int d = 0;
        for (; d <= columns - Lanes.Count; d += Lanes.Count)
        {
            Lanes.Canonical(Sixteen(weights, bias, count, v + d, row)).Store(y + d);
        }

        for (; d < columns; d++)
        {
            y[d] = Lanes.Canonical(One(weights, bias, count, v + d, row));
        }
    }

    private static Vector512<float> Sixteen(float* weights, float* bias, int count, float* v, nint row)
    {
        Vector512<float> sum = default;
        for (int block = 0; block < count; block += MatMul.Block)
        {
            Vector512<float> p = default;
            for (int s = block; s < count && s < block + MatMul.Block; s++)
            {
                if (!float.IsNegativeInfinity(bias[s]))
                {
                    p = Lanes.Fma(Vector512.Create(weights[s]), Vector512.Load(v + (s * row)), p);
                }
            }

            sum = block == 0 ? p : sum + p;
        }

        return sum;
    }

    private static float One(float* weights, float* bias, int count, float* v, nint row)
    {
        float sum = 0;
        for (int block = 0; block < count; block += MatMul.Block)
        {
            float p = 0;
            for (int s = block; s < count && s < block + MatMul.Block; s++)
            {
                p = float.IsNegativeInfinity(bias[s]) ? p : Lanes.Fma(weights[s], v[s * row], p);
            }

            sum = block == 0 ? p : sum + p;
        }

        return sum;
    }
}

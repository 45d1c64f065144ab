using PomIsa.Kernels;

namespace PomIsa.Architectures.Rotary;

/// <summary>Cosines and sines of a rotary embedding, the same bits on every machine.</summary>
/// <remarks>
/// Frequencies are 1 / base^(2i/n), angles position · frequency, each operation rounded to f32 once, as PyTorch computes them; powers, cosines and
/// sines are the correctly rounded ones of spec/numerics.md.
/// </remarks>
/// <param name="Frequencies">One for each pair that is turned.</param>
/// <param name="Factor">Multiplies cosines and sines; 1 for most models.</param>
internal sealed record RotaryTable(float[] Frequencies, float Factor = 1)
{
    /// <summary>Frequencies of <paramref name="dimensions"/> turned values of a head.</summary>
    public static float[] Plain(float frequencyBase, int dimensions)
    {
        var frequencies = new float[dimensions / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = 1 / Elementary.Pow(frequencyBase, (float)(2 * i) / dimensions);
        }

        return frequencies;
    }

    /// <summary>The table <c>[positions, half]</c>. Pairs beyond the frequencies are not turned.</summary>
    public float[] Cosines(int positions, int half) => Fill(positions, half, Elementary.Cos, 1);

    /// <summary>The table <c>[positions, half]</c>. Pairs beyond the frequencies are not turned.</summary>
    public float[] Sines(int positions, int half) => Fill(positions, half, Elementary.Sin, 0);

    private float[] Fill(int positions, int half, SpanFunction function, float unturned)
    {
        var table = new float[positions * half];
        for (int p = 0; p < positions; p++)
        {
            Span<float> row = table.AsSpan(p * half, half);
            Span<float> turned = row[..Frequencies.Length];
            for (int i = 0; i < turned.Length; i++)
            {
                turned[i] = p * Frequencies[i];
            }

            function(turned, turned);
            for (int i = 0; i < turned.Length; i++)
            {
                turned[i] *= Factor;
            }

            row[Frequencies.Length..].Fill(unturned);
        }

        return table;
    }
}

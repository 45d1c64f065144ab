namespace PomIsa.Training.Model;

/// <summary>Cosines and sines of the rotary embedding, from IEEE f64 additions, products and quotients alone.</summary>
/// <remarks>
/// Frequencies are 10000^(-i/h) for i in [0, h). Neither the platform's <c>cos</c> nor its <c>pow</c> is asked, so the
/// table is the same everywhere; it is shipped with the weights, and the machine only reads it.
/// </remarks>
public static class RotaryTable
{
    /// <summary>Fills <c>cos:[positions, half]</c> and <c>sin:[positions, half]</c>.</summary>
    public static void Fill(int positions, int half, Span<float> cos, Span<float> sin)
    {
        double step = Root(10000.0, half);
        double frequency = 1;
        for (int i = 0; i < half; i++)
        {
            // One rotation matrix per frequency, applied again for each position: four products, always in this order.
            (double c1, double s1) = CosSin(frequency);
            double c = 1, s = 0;
            for (int p = 0; p < positions; p++)
            {
                cos[p * half + i] = (float)c;
                sin[p * half + i] = (float)s;
                (c, s) = ((c * c1) - (s * s1), (s * c1) + (c * s1));
            }

            frequency /= step;
        }
    }

    /// <summary>The <paramref name="n"/>-th root of <paramref name="value"/> above 1, by Newton's steps to a fixed point.</summary>
    private static double Root(double value, int n)
    {
        double root = 1 + ((value - 1) / n);
        for (int i = 0; i < 400; i++)
        {
            double power = 1;
            for (int k = 1; k < n; k++)
            {
                power *= root;
            }

            root = (((n - 1) * root) + (value / power)) / n;
        }

        return root;
    }

    /// <summary>Taylor series about 0, for angles of at most 1.</summary>
    private static (double Cos, double Sin) CosSin(double x)
    {
        double cos = 0, sin = 0, term = 1;
        for (int k = 0; k < 24; k += 2)
        {
            cos += term;
            term = term * x / (k + 1);
            sin += term;
            term = -term * x / (k + 2);
        }

        return (cos, sin);
    }
}

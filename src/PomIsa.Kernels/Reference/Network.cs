namespace PomIsa.Kernels.Reference;

/// <summary>Row operations of the network, as spec/numerics.md writes them.</summary>
public static class Network
{
    /// <summary>Rule 7 for one row.</summary>
    public static void Softmax(ReadOnlySpan<float> x, Span<float> y)
    {
        float max = Rows.Max(x);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Elementary.Exp(x[i] - max);
        }

        float sum = Rows.Sum16(y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Lanes.Canonical(y[i] / sum);
        }
    }

    /// <summary>Rule 8 for one row.</summary>
    public static void Rms(ReadOnlySpan<float> x, ReadOnlySpan<float> w, float eps, Span<float> y)
    {
        var squares = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            squares[i] = x[i] * x[i];
        }

        float mean = Rows.Sum16(squares) / x.Length;
        float r = 1 / MathF.Sqrt(mean + eps);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Lanes.Canonical((x[i] * r) * w[i]);
        }
    }

    /// <summary>Rule 8's layer norm for one row.</summary>
    public static void Layer(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> b, float eps, Span<float> y)
    {
        float mean = Rows.Sum16(x) / x.Length;
        var squares = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            squares[i] = (x[i] - mean) * (x[i] - mean);
        }

        float r = 1 / MathF.Sqrt((Rows.Sum16(squares) / x.Length) + eps);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Lanes.Canonical((((x[i] - mean) * r) * w[i]) + b[i]);
        }
    }

    /// <summary>Rule 10 for one head of one row.</summary>
    public static void Rope(ReadOnlySpan<float> x, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> y)
    {
        int half = x.Length / 2;
        for (int i = 0; i < half; i++)
        {
            float a = x[i], b = x[i + half];
            y[i] = Lanes.Canonical((a * cos[i]) - (b * sin[i]));
            y[i + half] = Lanes.Canonical((a * sin[i]) + (b * cos[i]));
        }
    }

    /// <summary>Causal attention, one (row, head) pair after the other. Shapes as <see cref="Attention.Causal"/>.</summary>
    public static void Attention(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, int rows, int heads, int groups, int headDim, int seen, float scale, Span<float> y, int window = int.MaxValue, float cap = 0)
    {
        for (int t = 0; t < rows; t++)
        {
            for (int head = 0; head < heads; head++)
            {
                int at = ((t * heads) + head) * headDim;
                int group = head / (heads / groups) * headDim;
                int first = Math.Max(0, seen + t - window + 1);
                var weights = new float[seen + t + 1 - first];
                for (int p = 0; p < weights.Length; p++)
                {
                    weights[p] = Dot.Strided(q.Slice(at, headDim), k[(((first + p) * groups * headDim) + group)..], 1) * scale;
                    weights[p] = cap == 0 ? weights[p] : cap * Elementary.Tanh(weights[p] / cap);
                }

                Softmax(weights, weights);
                for (int d = 0; d < headDim; d++)
                {
                    y[at + d] = Dot.Strided(weights, v[((first * groups * headDim) + group + d)..], groups * headDim);
                }
            }
        }
    }

    /// <summary>Attention over all positions of one batch, one (row, head) pair after the other. Shapes as <see cref="Kernels.Attention.Cross"/>; bias may be empty.</summary>
    public static void Cross(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> bias, int rows, int heads, int groups, int headDim, int positions, float scale, Span<float> y)
    {
        for (int pair = 0; pair < rows * heads; pair++)
        {
            int t = pair / heads, head = pair % heads, group = head / (heads / groups) * headDim, step = groups * headDim;
            var weights = new float[positions];
            var seen = new bool[positions];
            for (int s = 0; s < positions; s++)
            {
                float added = bias.IsEmpty ? 0 : bias[(((head * rows) + t) * positions) + s];
                float score = Dot.Strided(q.Slice(pair * headDim, headDim), k[((s * step) + group)..], 1) * scale;
                seen[s] = !float.IsNegativeInfinity(added);
                weights[s] = bias.IsEmpty ? score : score + added;
            }

            Hide(weights, seen);
            for (int d = 0; d < headDim; d++)
            {
                y[(pair * headDim) + d] = Weighted(weights, seen, v, group + d, step);
            }
        }
    }

    /// <summary>Softmax of the scores that are seen, each at its place; +0 in the places of the others.</summary>
    private static void Hide(Span<float> x, bool[] seen)
    {
        var some = new List<float>();
        for (int i = 0; i < x.Length; i++)
        {
            if (seen[i])
            {
                some.Add(x[i]);
            }
        }

        float max = some.Count == 0 ? 0 : Rows.Max([.. some]);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = seen[i] ? Elementary.Exp(x[i] - max) : 0;
        }

        float sum = Rows.Sum16(x);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = seen[i] ? Lanes.Canonical(x[i] / sum) : 0;
        }
    }

    /// <summary>Rule 2.1 over all positions, those that are not seen having no step.</summary>
    private static float Weighted(ReadOnlySpan<float> weights, bool[] seen, ReadOnlySpan<float> v, int first, int step)
    {
        float sum = 0;
        for (int block = 0; block < weights.Length; block += 256)
        {
            float p = 0;
            for (int s = block; s < Math.Min(weights.Length, block + 256); s++)
            {
                p = seen[s] ? Lanes.Fma(weights[s], v[first + (s * step)], p) : p;
            }

            sum = block == 0 ? p : sum + p;
        }

        return Lanes.Canonical(sum);
    }
}

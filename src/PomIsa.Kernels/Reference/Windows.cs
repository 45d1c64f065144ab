namespace PomIsa.Kernels.Reference;

/// <summary>Chapter 10, one output after the other. Shapes as in the kernels.</summary>
public static class Windows
{
    /// <summary>Rule 10.2.</summary>
    public static void Convolution(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y, int batch, int channels, int filters, int depth, Window window)
    {
        int height = window.OutHeight, width = window.OutWidth, perGroup = filters / (channels / depth);
        int steps = depth * window.KernelHeight * window.KernelWidth, size = window.Height * window.Width;
        var met = new float[steps];
        for (int i = 0; i < y.Length; i++)
        {
            int q = i % width, p = i / width % height, o = i / width / height % filters, b = i / width / height / filters;
            int at = 0;
            for (int g = 0; g < depth; g++)
            {
                ReadOnlySpan<float> plane = x.Slice(((b * channels) + (o / perGroup * depth) + g) * size, size);
                for (int r = 0; r < window.KernelHeight; r++)
                {
                    for (int s = 0; s < window.KernelWidth; s++)
                    {
                        met[at++] = At(plane, window, p, q, r, s) ?? 0;
                    }
                }
            }

            y[i] = Dot.Strided(met, w.Slice(o * steps, steps), 1);
        }
    }

    /// <summary>Rules 10.3 and 10.4.</summary>
    public static void Pool(ReadOnlySpan<float> x, Span<float> y, Window window, bool mean, bool countPad)
    {
        int height = window.OutHeight, width = window.OutWidth, size = window.Height * window.Width;
        for (int i = 0; i < y.Length; i++)
        {
            int q = i % width, p = i / width % height;
            ReadOnlySpan<float> plane = x.Slice(i / width / height * size, size);
            var inside = new List<float>();
            for (int r = 0; r < window.KernelHeight; r++)
            {
                for (int s = 0; s < window.KernelWidth; s++)
                {
                    if (At(plane, window, p, q, r, s) is { } value)
                    {
                        inside.Add(value);
                    }
                }
            }

            float divisor = countPad ? window.KernelHeight * window.KernelWidth : inside.Count;
            y[i] = Lanes.Canonical(mean ? Rows.Sum16([.. inside]) / divisor : Reductions.Extreme([.. inside], 1));
        }
    }

    private static float? At(ReadOnlySpan<float> plane, Window window, int p, int q, int r, int s)
    {
        int row = (p * window.StrideHeight) - window.PadTop + (r * window.DilationHeight);
        int column = (q * window.StrideWidth) - window.PadLeft + (s * window.DilationWidth);
        return row >= 0 && row < window.Height && column >= 0 && column < window.Width ? plane[(row * window.Width) + column] : null;
    }
}

using System.Text;

namespace PomIsa.OnnxModels.Writing;

/// <summary>Random numbers that follow from a seed and a name alone, so that every style of export holds the same network.</summary>
public static class RandomWeights
{
    private const ulong FnvOffset = 0xcbf29ce484222325, FnvPrime = 0x100000001b3, Golden = 0x9e3779b97f4a7c15;

    /// <summary>A matrix [in, out], evenly spread with a variance of gain² / in.</summary>
    public static float[] Matrix(ulong seed, string name, long rows, long columns, float gain = 1) =>
        Values(seed, name, rows * columns, 0, gain * MathF.Sqrt(3f / rows));

    /// <summary>Evenly spread in centre ± radius.</summary>
    public static float[] Values(ulong seed, string name, long count, float centre, float radius)
    {
        ulong state = FnvOffset ^ seed;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            state = unchecked((state ^ b) * FnvPrime);
        }

        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            // SplitMix64: https://prng.di.unimi.it/splitmix64.c
            state = unchecked(state + Golden);
            ulong z = state;
            z = unchecked((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9);
            z = unchecked((z ^ (z >> 27)) * 0x94d049bb133111eb);
            z ^= z >> 31;
            values[i] = centre + (radius * (((z >> 40) * (2f / (1 << 24))) - 1));
        }

        return values;
    }

    /// <summary>The same matrix with rows and columns exchanged.</summary>
    public static float[] Transposed(float[] matrix, long rows, long columns)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var other = new float[matrix.Length];
        for (long row = 0; row < rows; row++)
        {
            for (long column = 0; column < columns; column++)
            {
                other[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return other;
    }

    /// <summary>Matrices of as many rows side by side.</summary>
    public static float[] Beside(long rows, params ReadOnlySpan<float[]> parts)
    {
        long total = 0;
        foreach (float[] part in parts)
        {
            total += part.Length;
        }

        var all = new float[total];
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            foreach (float[] part in parts)
            {
                int columns = (int)(part.Length / rows);
                part.AsSpan(row * columns, columns).CopyTo(all.AsSpan(at));
                at += columns;
            }
        }

        return all;
    }
}

using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Integer;

/// <summary>Products of one shape with many weights of that shape, so that none of them stays in a cache.</summary>
internal abstract unsafe class Product : IDisposable
{
    /// <summary>Bytes of weights that one measurement goes through, unless it is bound by arithmetic.</summary>
    private const long Working = 384L << 20;

    private readonly HugeBuffer _values;

    protected Product(int rows, int depth, int columns, HugeBuffer weights)
    {
        (Rows, Depth, Columns, Weights) = (rows, depth, columns, weights);
        _values = new HugeBuffer(4L * ((rows * (depth + 1L)) + (2L * rows * columns) + columns));
        X = (float*)_values.Data;
        Scales = X + ((long)rows * depth);
        S = Scales + rows;
        Y = S + columns;
        Acc = (int*)(Y + ((long)rows * columns));
        for (int i = 0; i < rows * depth; i++)
        {
            X[i] = MathF.Sin(i * 0.37f) * (1 + (i % 7));
        }

        for (int n = 0; n < columns; n++)
        {
            S[n] = 1e-3f * (1 + (n % 5));
        }
    }

    public int Rows { get; }

    public int Depth { get; }

    public int Columns { get; }

    public abstract string Format { get; }

    /// <summary>Bytes of one weight, everything counted that its product reads.</summary>
    public abstract long Bytes { get; }

    /// <summary>Weights that one measurement goes through.</summary>
    public int Copies => (int)Math.Max(1, Math.Min(Working / Bytes, 1 + (4_000_000_000L / ((long)Rows * Depth * Columns))));

    protected HugeBuffer Weights { get; }

    protected float* X { get; }

    protected float* Scales { get; }

    protected float* S { get; }

    protected float* Y { get; }

    protected int* Acc { get; }

    /// <summary>Throws unless sums and outputs of the first weight equal the reference's.</summary>
    public void Verify()
    {
        Quantize(0, Rows);
        Multiply(0, 0, Panels.Count(Columns));
        var q = new sbyte[Rows * Depth];
        for (int t = 0; t < Rows; t++)
        {
            float d = Kernels.Reference.Quantized.Row(new ReadOnlySpan<float>(X + (t * Depth), Depth), q.AsSpan(t * Depth, Depth));
            for (int n = t % 3; n < Columns; n += 1 + (Rows * Columns / 3000))
            {
                int sum = 0;
                for (int k = 0; k < Depth; k++)
                {
                    sum += q[(t * Depth) + k] * Weight(k, n);
                }

                float y = Kernels.Reference.Quantized.Dequantize(sum, d, S[n]);
                if (Acc[(t * Columns) + n] != sum || BitConverter.SingleToInt32Bits(Y[(t * Columns) + n]) != BitConverter.SingleToInt32Bits(y))
                {
                    throw new InvalidOperationException($"{Format} {Rows}x{Depth}x{Columns} differs from the reference at [{t},{n}].");
                }
            }
        }
    }

    /// <summary>One thread's part of the products with all copies. Every time the rows are quantized, to what they were before.</summary>
    public void Run(int part, int threads)
    {
        int panels = Panels.Count(Columns), from = panels * part / threads, to = panels * (part + 1) / threads;
        for (int copy = 0; copy < Copies; copy++)
        {
            Quantize(Rows * part / threads, Rows * (part + 1) / threads);
            Multiply(copy, from, to);
        }
    }

    public virtual void Dispose() => _values.Dispose();

    /// <summary>Quantizes some of the rows.</summary>
    protected abstract void Quantize(int from, int to);

    /// <summary>Multiplies the quantized rows with some panels of a copy.</summary>
    protected abstract void Multiply(int copy, int from, int to);

    /// <summary>Element (k, n) of the first copy, as the integer that it stands for.</summary>
    protected abstract int Weight(int k, int n);
}

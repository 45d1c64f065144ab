using System.Runtime.Intrinsics;
using PomIsa.Kernels;
using PomIsa.Training.Model;

namespace PomIsa.Training.Optimizer;

/// <summary>AdamW (Loshchilov and Hutter 2019) with gradient clipping by global norm, element by element in one order.</summary>
internal sealed unsafe class AdamW : IDisposable
{
    private const int Chunk = 16384;
    private const float Beta1 = 0.9f, Beta2 = 0.98f, Epsilon = 1e-8f, Clip = 1f;

    private readonly ParameterLayout _layout;
    private readonly WorkerPool _pool;
    private readonly FloatBuffer _decays;

    public AdamW(ParameterLayout layout, WorkerPool pool, float weightDecay)
    {
        _layout = layout;
        _pool = pool;
        int padded = (layout.Count + 15) & ~15;
        Mean = new FloatBuffer(padded);
        Square = new FloatBuffer(padded);
        _decays = new FloatBuffer(padded);
        foreach ((int offset, int rows, int columns) in layout.Matrices())
        {
            _decays.Span.Slice(offset, rows * columns).Fill(weightDecay);
        }
    }

    public FloatBuffer Mean { get; }

    public FloatBuffer Square { get; }

    /// <summary>One step; <paramref name="step"/> counts from 1. Returns the norm of the gradient before clipping.</summary>
    public float Step(FloatBuffer parameters, FloatBuffer gradient, int step, float rate)
    {
        float norm = GradientNorm(gradient);
        var clip = Vector512.Create(norm > Clip ? Clip / norm : 1f);
        var unbias1 = Vector512.Create(1f / (1f - Power(Beta1, step)));
        var unbias2 = Vector512.Create(1f / (1f - Power(Beta2, step)));
        var lr = Vector512.Create(rate);
        var b1 = Vector512.Create(Beta1);
        var b2 = Vector512.Create(Beta2);
        var rest1 = Vector512.Create(1f - Beta1);
        var rest2 = Vector512.Create(1f - Beta2);
        var epsilon = Vector512.Create(Epsilon);
        _pool.Run(Chunks, chunk =>
        {
            int end = Math.Min(_layout.Count, (chunk + 1) * Chunk);
            for (int i = chunk * Chunk; i < end; i += 16)
            {
                Vector512<float> g = Vector512.Load(gradient.Data + i) * clip;
                Vector512<float> m = (Vector512.Load(Mean.Data + i) * b1) + (g * rest1);
                Vector512<float> v = (Vector512.Load(Square.Data + i) * b2) + (g * g * rest2);
                Vector512<float> w = Vector512.Load(parameters.Data + i);
                Vector512<float> move = (m * unbias1) / (Vector512.Sqrt(v * unbias2) + epsilon);
                m.Store(Mean.Data + i);
                v.Store(Square.Data + i);
                (w - (lr * (move + (w * Vector512.Load(_decays.Data + i))))).Store(parameters.Data + i);
            }
        });
        return norm;
    }

    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
        _decays.Dispose();
    }

    private int Chunks => (_layout.Count + Chunk - 1) / Chunk;

    private float GradientNorm(FloatBuffer gradient)
    {
        var sums = new float[Chunks];
        _pool.Run(sums.Length, chunk =>
        {
            int first = chunk * Chunk, count = Math.Min(Chunk, _layout.Count - first);
            sums[chunk] = RowMath.Dot(gradient.Data + first, gradient.Data + first, (count + 15) & ~15);
        });
        float total = 0;
        foreach (float sum in sums)
        {
            total += sum;
        }

        return MathF.Sqrt(total);
    }

    private static float Power(float value, int exponent)
    {
        float power = 1;
        for (int i = 0; i < exponent && power > 0; i++)
        {
            power *= value;
        }

        return power;
    }
}

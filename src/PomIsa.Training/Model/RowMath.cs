using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Training.Model;

/// <summary>Loops over one row of f32, a multiple of 16 long; sums go by 16 lanes as in spec/numerics.md, rule 4.</summary>
internal static unsafe class RowMath
{
    /// <summary>Σ a·b, products and sums rounded apart.</summary>
    public static float Dot(float* a, float* b, int n)
    {
        Vector512<float> sum = default;
        for (int i = 0; i < n; i += 16)
        {
            sum += Vector512.Load(a + i) * Vector512.Load(b + i);
        }

        return Fold(sum);
    }

    /// <summary>Σ a·b·c, from the left.</summary>
    public static float Dot(float* a, float* b, float* c, int n)
    {
        Vector512<float> sum = default;
        for (int i = 0; i < n; i += 16)
        {
            sum += Vector512.Load(a + i) * Vector512.Load(b + i) * Vector512.Load(c + i);
        }

        return Fold(sum);
    }

    public static float Sum(float* a, int n)
    {
        Vector512<float> sum = default;
        for (int i = 0; i < n; i += 16)
        {
            sum += Vector512.Load(a + i);
        }

        return Fold(sum);
    }

    public static float Max(float* a, int n)
    {
        Vector512<float> max = Vector512.Load(a);
        for (int i = 16; i < n; i += 16)
        {
            max = Vector512.Max(max, Vector512.Load(a + i));
        }

        float result = max[0];
        for (int i = 1; i < 16; i++)
        {
            result = MathF.Max(result, max[i]);
        }

        return result;
    }

    public static void Add(float* a, float* b, float* y, int n)
    {
        for (int i = 0; i < n; i += 16)
        {
            (Vector512.Load(a + i) + Vector512.Load(b + i)).Store(y + i);
        }
    }

    public static void Scale(float* a, float scale, float* y, int n)
    {
        Vector512<float> s = Vector512.Create(scale);
        for (int i = 0; i < n; i += 16)
        {
            (Vector512.Load(a + i) * s).Store(y + i);
        }
    }

    /// <summary>y = RMS norm of x with weights w; returns r = 1/√(mean(x²) + ε).</summary>
    public static float RmsNorm(float* x, float* w, float* y, int n)
    {
        float r = 1f / MathF.Sqrt((Dot(x, x, n) / n) + DecoderShape.Epsilon);
        Vector512<float> scale = Vector512.Create(r);
        for (int i = 0; i < n; i += 16)
        {
            (Vector512.Load(x + i) * scale * Vector512.Load(w + i)).Store(y + i);
        }

        return r;
    }

    /// <summary>dx += the gradient of an RMS norm: r·(w·dy − x̂·mean(w·dy·x̂)), x̂ = x·r.</summary>
    public static void RmsNormBackward(float* x, float* w, float* dy, float r, float* dx, int n)
    {
        float mean = Dot(dy, w, x, n) * r / n;
        Vector512<float> scale = Vector512.Create(r), pull = Vector512.Create(mean * r);
        for (int i = 0; i < n; i += 16)
        {
            Vector512<float> step = (Vector512.Load(dy + i) * Vector512.Load(w + i)) - (Vector512.Load(x + i) * pull);
            (Vector512.Load(dx + i) + (step * scale)).Store(dx + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Fold(Vector512<float> v)
    {
        Vector256<float> a = v.GetLower() + v.GetUpper();
        Vector128<float> b = a.GetLower() + a.GetUpper();
        return (b[0] + b[2]) + (b[1] + b[3]);
    }
}

using System.Runtime.Intrinsics;
using PomIsa.Kernels;

namespace PomIsa.Training.Model;

/// <summary>Softmax cross-entropy of one row of logits.</summary>
internal static unsafe class CrossEntropy
{
    /// <summary>Overwrites <c>logits:[width]</c> with (softmax − one-hot) · weight and returns the loss in nats.</summary>
    public static double Apply(float* logits, int width, int target, float weight)
    {
        Vector512<float> max = Vector512.Create(RowMath.Max(logits, width));
        for (int i = 0; i < width; i += 16)
        {
            (Vector512.Load(logits + i) - max).Store(logits + i);
        }

        float margin = logits[target];
        Elementary.Exp(new ReadOnlySpan<float>(logits, width), new Span<float>(logits, width));
        float sum = RowMath.Sum(logits, width);
        RowMath.Scale(logits, weight / sum, logits, width);
        logits[target] -= weight;
        return Math.Log(sum) - margin;
    }
}

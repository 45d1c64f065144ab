using System.Runtime.Intrinsics;
using PomIsa.Kernels;

namespace PomIsa.Training.Model;

/// <summary>SwiGLU's middle: silu(gate) · up, for one row of <c>[gate, up]:[2·F]</c>.</summary>
internal static unsafe class GatedLinear
{
    public static void Forward(float* gateUp, float* sigmoid, float* gated, int width)
    {
        Elementary.Sigmoid(new ReadOnlySpan<float>(gateUp, width), new Span<float>(sigmoid, width));
        for (int i = 0; i < width; i += 16)
        {
            Vector512<float> silu = Vector512.Load(gateUp + i) * Vector512.Load(sigmoid + i);
            (silu * Vector512.Load(gateUp + width + i)).Store(gated + i);
        }
    }

    /// <summary>Overwrites <c>[gate, up]</c> with its gradient.</summary>
    public static void Backward(float* gateUp, float* sigmoid, float* dgated, int width)
    {
        for (int i = 0; i < width; i += 16)
        {
            Vector512<float> gate = Vector512.Load(gateUp + i), up = Vector512.Load(gateUp + width + i);
            Vector512<float> s = Vector512.Load(sigmoid + i), d = Vector512.Load(dgated + i);
            Vector512<float> slope = s * (Vector512<float>.One + (gate * (Vector512<float>.One - s)));
            (d * up * slope).Store(gateUp + i);
            (d * (gate * s)).Store(gateUp + width + i);
        }
    }
}

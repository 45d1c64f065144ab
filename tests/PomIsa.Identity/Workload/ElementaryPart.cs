using System.Runtime.InteropServices;
using PomIsa.Kernels;

namespace PomIsa.Identity.Workload;

/// <summary>Every elementary function of the registry on 2^16 inputs that spread over all of f32: those that no opcode computes too.</summary>
internal static class ElementaryPart
{
    private const int Count = 1 << 16;

    public static string Run()
    {
        float[] x = new float[Count], y = new float[Count];
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(x.AsSpan());
        for (int i = 0; i < Count; i++)
        {
            bits[i] = unchecked((uint)i * 0x9e3779b1);
        }

        using var hash = new RecordHash();
        foreach (ElementaryFunction function in ElementaryFunctions.All)
        {
            function.Apply(x, y);
            hash.Add(MemoryMarshal.AsBytes(y.AsSpan()));
        }

        return hash.Finish();
    }
}

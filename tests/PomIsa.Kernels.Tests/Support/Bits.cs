using System.Runtime.InteropServices;

namespace PomIsa.Kernels.Tests;

/// <summary>Equality of bit patterns: no tolerance, and NaN equals only itself.</summary>
internal static class Bits
{
    public static void Equal(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        ReadOnlySpan<uint> left = MemoryMarshal.Cast<float, uint>(expected);
        ReadOnlySpan<uint> right = MemoryMarshal.Cast<float, uint>(actual);
        int at = left.CommonPrefixLength(right);
        if (at < left.Length)
        {
            Assert.Fail($"Value {at} of {left.Length}: expected 0x{left[at]:x8} ({expected[at]:R}), got 0x{right[at]:x8} ({actual[at]:R}).");
        }
    }

    public static void Equal(float expected, float actual) => Equal([expected], [actual]);
}

using System.Runtime.InteropServices;

namespace PomIsa.Exhaustive.Tables;

/// <summary>The inputs of a table, by their place in it.</summary>
internal interface IInputs
{
    /// <summary>Inputs in all.</summary>
    static abstract long Count { get; }

    /// <summary>Writes the inputs from <paramref name="first"/> on.</summary>
    static abstract void Fill(long first, Span<float> x);
}

/// <summary>Every f32, in the order of its bits from 0 to 2^32 − 1.</summary>
internal readonly struct AllInputs : IInputs
{
    public static long Count => 1L << 32;

    public static void Fill(long first, Span<float> x)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(x);
        uint next = (uint)first;
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = next++;
        }
    }
}

/// <summary>The sample of a hundred million (spec/numerics.md, 4.4): 4,608 on the edges of binades, then every 43rd f32 once round.</summary>
/// <remarks>
/// Input i &lt; 4608 has exponent field i/18, sign i/9 mod 2 and significand number i mod 9 of <see cref="Significands"/>; so zeros,
/// subnormals, infinities and NaN come first. Input i ≥ 4608 has the bits 43·(i − 4608) mod 2^32.
/// </remarks>
internal readonly struct SampleInputs : IInputs
{
    public const uint Stride = 43;

    private const int Edges = 256 * 2 * 9;

    public static long Count => 100_000_000;

    private static ReadOnlySpan<uint> Significands =>
        [0x000000, 0x000001, 0x000002, 0x000003, 0x3fffff, 0x400000, 0x400001, 0x7ffffe, 0x7fffff];

    public static void Fill(long first, Span<float> x)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(x);
        for (int i = 0; i < bits.Length; i++)
        {
            long at = first + i;
            bits[i] = at < Edges ? Edge((uint)at) : (uint)(at - Edges) * Stride;
        }
    }

    private static uint Edge(uint at) => ((at / 18) << 23) | ((at / 9 % 2) << 31) | Significands[(int)(at % 9)];
}

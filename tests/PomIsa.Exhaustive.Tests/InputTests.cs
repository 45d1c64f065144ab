using System.Runtime.InteropServices;
using PomIsa.Exhaustive.Tables;

namespace PomIsa.Exhaustive.Tests;

/// <summary>The definition of the sample, as spec/numerics.md states it.</summary>
public sealed class InputTests
{
    [Fact]
    public void The_sample_begins_on_the_edges_of_binades_and_goes_on_in_strides()
    {
        var x = new float[4700];
        SampleInputs.Fill(0, x);
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(x);
        uint[] significands = [0x000000, 0x000001, 0x000002, 0x000003, 0x3fffff, 0x400000, 0x400001, 0x7ffffe, 0x7fffff];
        int at = 0;
        for (uint exponent = 0; exponent < 256; exponent++)
        {
            foreach (uint sign in (uint[])[0, 0x80000000])
            {
                foreach (uint significand in significands)
                {
                    Assert.Equal(sign | (exponent << 23) | significand, bits[at++]);
                }
            }
        }

        Assert.Equal(4608, at);
        Assert.Equal([0u, 43u, 86u], bits.Slice(4608, 3).ToArray());
    }

    [Fact]
    public void The_sample_goes_once_round()
    {
        var last = new float[1];
        SampleInputs.Fill(SampleInputs.Count - 1, last);
        Assert.Equal(unchecked((uint)(99_995_391L * 43)), BitConverter.SingleToUInt32Bits(last[0]));
        Assert.True(99_995_391L * 43 >= 1L << 32);
    }

    [Fact]
    public void Blocks_cover_a_table_without_gap()
    {
        long next = 0;
        for (int chunk = 0; chunk * (long)TableSpace.ChunkLength < SampleInputs.Count; chunk++)
        {
            TableDigest.Blocks<SampleInputs>(chunk, (first, at, length) =>
            {
                Assert.Equal(next, first);
                Assert.Equal(first % TableSpace.ChunkLength, at);
                next += length;
            });
        }

        Assert.Equal(SampleInputs.Count, next);
    }
}

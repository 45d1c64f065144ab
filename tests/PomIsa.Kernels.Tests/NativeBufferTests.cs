using PomIsa.Kernels;
using Xunit;

namespace PomIsa.Kernels.Tests;

/// <summary>Memory that is kept for the next buffer is that of one buffer at a time.</summary>
public sealed class NativeBufferTests
{
    [Fact]
    public void Buffers_that_live_together_share_no_memory()
    {
        const int Length = 3 << 20;
        new NativeBuffer(Length).Dispose();
        var buffers = new NativeBuffer[4];
        for (int i = 0; i < buffers.Length; i++)
        {
            buffers[i] = new NativeBuffer(Length - i);
            buffers[i].Slice(0, Length - i).Fill((byte)(i + 1));
        }

        for (int i = 0; i < buffers.Length; i++)
        {
            Assert.Equal(-1, buffers[i].Slice(0, Length - i).IndexOfAnyExcept((byte)(i + 1)));
            buffers[i].Dispose();
        }
    }

    [Fact]
    public void What_is_kept_is_bounded()
    {
        for (int i = 0; i < 8; i++)
        {
            using var first = new NativeBuffer(90L << 20);
            using var second = new NativeBuffer(200L << 20);
            using var large = new NativeBuffer(600L << 20);
        }

        Assert.InRange(NativeBuffer.Kept, 0, 256L << 20);
    }
}

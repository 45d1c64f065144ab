namespace PomIsa.Kernels.Tests;

/// <summary>Reproducible test bytes.</summary>
internal static class RandomBytes
{
    internal static byte[] Of(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

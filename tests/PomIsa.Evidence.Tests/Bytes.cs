namespace PomIsa.Evidence.Tests;

/// <summary>Reproducible test bytes.</summary>
internal static class Bytes
{
    internal static byte[] Of(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static Digest[] Digests(int seed, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Digest.Of(BitConverter.GetBytes(((long)seed << 32) + i)))];
}

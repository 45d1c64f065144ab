using System.Security.Cryptography;

namespace PomIsa.Kernels.Tests.Hashing;

public class Sha256LanesTests
{
    public static TheoryData<int> Counts => [0, 1, 2, 5, 6, 15, 16, 17, 31, 33];

    [Fact]
    public void Lanes_equal_the_library_at_every_length()
    {
        foreach (int length in Enumerable.Range(0, 301).Append(1023).Append(1024).Append(1025))
        {
            Check(length, count: 22, stride: length + 3);
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Lanes_equal_the_library_for_every_count_of_messages(int count)
    {
        foreach (int length in new[] { 0, 1, 54, 55, 56, 63, 64, 65, 128, 1024 })
        {
            Check(length, count, stride: length);
            Check(length, count, stride: 7);
        }
    }

    [Fact]
    public void Messages_past_the_span_are_refused()
    {
        var digests = new Digest[4];
        Assert.Throws<ArgumentException>(() => Sha256Lanes.HashMany(new byte[99], 25, 25, 4, digests));
        Assert.Throws<ArgumentException>(() => Sha256Lanes.HashMany(new byte[999], 25, 25, 5, digests));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256Lanes.HashMany(new byte[99], -1, 25, 2, digests));
    }

    private static void Check(int length, int count, int stride)
    {
        byte[] messages = RandomBytes.Of(length, (stride * Math.Max(count - 1, 0)) + length);
        var plain = new Digest[count];
        var prefixed = new Digest[count];
        Sha256Lanes.HashMany(messages, stride, length, count, plain);
        Sha256Lanes.HashMany(0x9C, messages, stride, length, count, prefixed);
        for (int i = 0; i < count; i++)
        {
            byte[] message = messages[(i * stride)..((i * stride) + length)];
            Assert.Equal(new Digest(SHA256.HashData(message)), plain[i]);
            Assert.Equal(new Digest(SHA256.HashData([0x9C, .. message])), prefixed[i]);
        }
    }
}

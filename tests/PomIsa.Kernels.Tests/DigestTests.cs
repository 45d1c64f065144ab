namespace PomIsa.Kernels.Tests;

public class DigestTests
{
    [Fact]
    public void Sixty_four_hexadecimal_digits_of_either_case_are_a_digest_and_nothing_else_is()
    {
        var digest = Digest.Of("abc"u8);
        string hex = digest.ToString();
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hex);
        for (int at = 0; at < hex.Length; at++)
        {
            for (char c = '\0'; c < 0x180; c++)
            {
                string changed = string.Concat(hex.AsSpan(0, at), [c], hex.AsSpan(at + 1));
                bool isDigit = char.IsAsciiHexDigit(c);
                Assert.Equal(isDigit, Digest.TryParse(changed, out Digest read));
                Assert.Equal(isDigit ? changed.ToLowerInvariant() : new string('0', hex.Length), read.ToString());
            }
        }

        Assert.True(Digest.TryParse(hex.ToUpperInvariant(), out Digest upper));
        Assert.Equal(digest, upper);
        Assert.False(Digest.TryParse(hex.AsSpan(1), out _));
        Assert.False(Digest.TryParse(hex + "0", out _));
        Assert.False(Digest.TryParse("", out _));
    }
}

using System.Numerics;
using FsCheck.Xunit;

namespace PomIsa.Kernels.Tests;

/// <summary>Packed sums are the bits that the specification says, and the sums again.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed unsafe class PackedSumsTests
{
    [Property]
    public void A_value_has_its_bits_and_nothing_is_written_far_behind_the_last(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int width = ((int[])[16, 20, 24, 32])[random.Next(4)], count = random.Next(3) == 0 ? random.Next(6) : random.Next(120);
        int[] sums = Sums(random, count, width);
        int bytes = (int)PackedSums.Bytes(count, width);
        var packed = new byte[bytes + PackedSums.Past + 8];
        Array.Fill(packed, (byte)0xa5);
        fixed (byte* to = packed)
        {
            Assert.Equal(sums.Aggregate(0, static (all, sum) => all | (sum < 0 ? ~sum : sum)), PackedSums.Pack(sums, width, to));
            var unpacked = new int[count];
            PackedSums.Unpack(new PackedRow((nint)to, width), 0, unpacked);
            Assert.Equal(sums, unpacked);
            int first = count == 0 ? 0 : random.Next(count);
            PackedSums.Unpack(new PackedRow((nint)to, width), first, unpacked.AsSpan(first));
            Assert.Equal(sums, unpacked);
        }

        var bits = BigInteger.Zero;
        for (int i = 0; i < count; i++)
        {
            bits |= (BigInteger)((ulong)(uint)sums[i] & (ulong.MaxValue >> (64 - width))) << (width * i);
        }

        Assert.Equal(((count * width) + 7) / 8, bytes);
        Assert.Equal(bits, new BigInteger(packed.AsSpan(0, bytes), isUnsigned: true));
        Assert.All(packed[(bytes + PackedSums.Past)..], static b => Assert.Equal(0xa5, b));
    }

    [Property]
    public void A_row_packed_in_parts_is_the_same(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int width = ((int[])[16, 20, 24, 32])[random.Next(4)], count = 1 + random.Next(120), cut = 16 * random.Next((count / 16) + 1);
        int[] sums = Sums(random, count, width);
        byte[] whole = new byte[PackedSums.Bytes(count, width) + PackedSums.Past], parts = new byte[whole.Length];
        fixed (byte* one = whole, two = parts)
        {
            PackedSums.Pack(sums, width, one);
            PackedSums.Pack(sums.AsSpan(0, cut), width, two);
            PackedSums.Pack(sums.AsSpan(cut), width, two + PackedSums.Bytes(cut, width));
        }

        int bytes = (int)PackedSums.Bytes(count, width);
        Assert.Equal(whole[..bytes], parts[..bytes]);
    }

    [Fact]
    public void The_least_width_holds_all_sums()
    {
        (int Width, int[] Values)[] cases =
        [
            (16, [0, -1, short.MaxValue, short.MinValue]),
            (20, [short.MaxValue + 1]),
            (20, [short.MinValue - 1]),
            (20, [(1 << 19) - 1, -(1 << 19)]),
            (24, [1 << 19]),
            (24, [-(1 << 19) - 1]),
            (24, [(1 << 23) - 1, -(1 << 23)]),
            (32, [1 << 23]),
            (32, [-(1 << 23) - 1]),
            (32, [int.MaxValue, int.MinValue]),
        ];
        foreach ((int width, int[] values) in cases)
        {
            foreach (int at in (int[])[0, 5, 15, 16, 40, 46])
            {
                var sums = new int[at + values.Length + 1];
                values.CopyTo(sums, at);
                Assert.Equal(width, PackedSums.WidthOf(PackedSums.Bits(sums)));
            }
        }
    }

    [Fact]
    public void Four_widths_there_are() =>
        Assert.Equal([16, 20, 24, 32], Enumerable.Range(-8, 80).Append(int.MinValue).Append(int.MaxValue).Where(PackedSums.IsWidth));

    private static int[] Sums(Random random, int count, int width) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(4) switch { 0 => int.MinValue >> (32 - width), 1 => int.MaxValue >> (32 - width), 2 => -1, _ => random.Next(int.MinValue, int.MaxValue) >> (32 - width) })];
}

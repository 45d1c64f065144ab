namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>Changes that know nothing of the format.</summary>
internal static class ByteMutations
{
    /// <summary>A changed copy, and what was done to it.</summary>
    public static (string How, byte[] Bytes) Change(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return ("nothing", bytes);
        }

        switch (random.Next(6))
        {
            case 0:
                return ("cut", bytes[..random.Next(bytes.Length + 1)]);
            case 1:
                return ("spliced", Splice(bytes, random));
            case 2:
                return ("a part twice", Twice(bytes, random));
            case 3:
                return ("a number of ten bytes", Insert(bytes, random.Next(bytes.Length), [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, (byte)random.Next(4)]));
            default:
                return ("bytes changed", Flip(bytes, random));
        }
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        byte[] other = [.. bytes];
        for (int changes = 1 + random.Next(4); changes > 0; changes--)
        {
            int at = random.Next(other.Length);
            other[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(other[at] ^ (1 << random.Next(8))),
                _ => (byte)(other[at] + (random.Next(2) == 0 ? 1 : -1)),
            };
        }

        return other;
    }

    /// <summary>A part of the file over another.</summary>
    private static byte[] Splice(byte[] bytes, Random random)
    {
        byte[] other = [.. bytes];
        int length = 1 + random.Next(Math.Min(64, bytes.Length)), from = random.Next(bytes.Length - length + 1), to = random.Next(bytes.Length - length + 1);
        bytes.AsSpan(from, length).CopyTo(other.AsSpan(to));
        return other;
    }

    private static byte[] Twice(byte[] bytes, Random random)
    {
        int length = 1 + random.Next(Math.Min(256, bytes.Length)), from = random.Next(bytes.Length - length + 1);
        return Insert(bytes, random.Next(bytes.Length), bytes.AsSpan(from, length));
    }

    private static byte[] Insert(byte[] bytes, int at, ReadOnlySpan<byte> part) => [.. bytes.AsSpan(0, at), .. part, .. bytes.AsSpan(at)];
}

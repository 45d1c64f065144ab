namespace PomIsa.Rejections.Encoding;

/// <summary>LEB128 as spec/bytecode.md has it, and the forms that it forbids.</summary>
internal static class Leb
{
    public static byte[] U32(uint value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7f; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    public static byte[] I64(long value)
    {
        var bytes = new List<byte>();
        while (true)
        {
            byte low = (byte)(value & 0x7f);
            value >>= 7;
            if ((value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0))
            {
                bytes.Add(low);
                return [.. bytes];
            }

            bytes.Add((byte)(low | 0x80));
        }
    }

    /// <summary>The number that these bytes are, which are a u32.</summary>
    public static uint ToU32(byte[] bytes)
    {
        uint value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value |= (uint)(bytes[i] & 0x7f) << (7 * i);
        }

        return value;
    }

    /// <summary>The number that these bytes are, which are an i64.</summary>
    public static long ToI64(byte[] bytes)
    {
        long value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value |= (long)(bytes[i] & 0x7f) << (7 * i);
        }

        int bits = 7 * bytes.Length;
        return bits < 64 && (bytes[^1] & 0x40) != 0 ? value | (-1L << bits) : value;
    }

    /// <summary>The same number with one byte more than it needs.</summary>
    /// <param name="shortest">Its right form.</param>
    /// <param name="signed">Whether a last byte of 0x7f goes on with the sign.</param>
    public static byte[] Padded(byte[] shortest, bool signed)
    {
        byte fill = signed && (shortest[^1] & 0x40) != 0 ? (byte)0x7f : (byte)0;
        return [.. shortest[..^1], (byte)(shortest[^1] | 0x80), fill];
    }

    /// <summary>2^32, the first number that is no u32.</summary>
    public static readonly byte[] BeyondU32 = [0x80, 0x80, 0x80, 0x80, 0x10];

    /// <summary>A u32 that does not end where the longest one does.</summary>
    public static readonly byte[] EndlessU32 = [0x80, 0x80, 0x80, 0x80, 0x80, 0x01];

    /// <summary>2^63, the first number that is no i64.</summary>
    public static readonly byte[] BeyondI64 = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];

    /// <summary>An i64 that does not end where the longest one does.</summary>
    public static readonly byte[] EndlessI64 = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
}

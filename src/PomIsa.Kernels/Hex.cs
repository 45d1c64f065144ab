namespace PomIsa;

/// <summary>Hexadecimal digits, either case, by a plain loop: what commands begin with is not to be compiled first.</summary>
public static class Hex
{
    /// <summary>Reads two digits for each byte; false where there are fewer or more, or where one is no digit: then the bytes are of any content.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, Span<byte> bytes)
    {
        int wrong = hex.Length - (2 * bytes.Length);
        for (int i = 0; i < bytes.Length && wrong == 0; i++)
        {
            int value = (Nibble(hex[2 * i]) << 4) | Nibble(hex[(2 * i) + 1]);
            wrong = value & ~byte.MaxValue;
            bytes[i] = (byte)value;
        }

        return wrong == 0;
    }

    // A digit's value; of what is none, bits above a byte's, whichever digit of the two it is.
    private static int Nibble(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => 0x100,
    };
}

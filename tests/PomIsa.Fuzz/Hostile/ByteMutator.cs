using System.Text;
using PomIsa.Fuzz.Generation;

namespace PomIsa.Fuzz.Hostile;

/// <summary>Changes good bytes as an attacker would: bits, lengths, numbers, lines, JSON values, what lies inside base64.</summary>
internal static class ByteMutator
{
    /// <summary>Longest input that is made.</summary>
    public const int MaxLength = 1 << 16;

    private static readonly string[] Numbers =
        ["0", "-1", "1", "00", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e9", "1.0", "+1", " 1", "१"];

    private static readonly string[] Json =
        ["null", "[]", "{}", "\"\"", "true", "-0", "1e999", "\"\\ud800\"", "\"\\u0000\"", "[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "\"" + "AAAA" + "\"", "/* */"];

    /// <summary>A changed copy, or one that is spliced from two.</summary>
    public static byte[] Change(Choices choices, IReadOnlyList<byte[]> seeds)
    {
        byte[] bytes = [.. choices.From(seeds)];
        for (int rounds = choices.Pick(1, 1, 1, 2, 2, 3, 6); rounds > 0; rounds--)
        {
            bytes = Once(choices, bytes, seeds);
            if (bytes.Length > MaxLength)
            {
                bytes = bytes[..MaxLength];
            }
        }

        return bytes;
    }

    private static byte[] Once(Choices choices, byte[] bytes, IReadOnlyList<byte[]> seeds)
    {
        if (bytes.Length == 0)
        {
            return choices.Chance(50) ? [.. choices.From(seeds)] : [(byte)choices.Bits()];
        }

        int at = choices.Below(bytes.Length), length = Math.Min(bytes.Length - at, 1 + choices.Below(choices.Pick(4, 40, 400)));
        switch (choices.Below(14))
        {
            case 0:
                bytes[at] ^= (byte)(1 << choices.Below(8));
                return bytes;
            case 1:
                bytes[at] = choices.Pick<byte>(0, 1, 0x7f, 0x80, 0xff, (byte)'\n', (byte)'"', (byte)'+', (byte)' ', (byte)choices.Bits());
                return bytes;
            case 2:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 3:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 4:
                return bytes[..at];
            case 5:
                return [.. bytes[..at], .. Random(choices, choices.Below(40)), .. bytes[at..]];
            case 6:
                byte[] other = choices.From(seeds);
                return other.Length == 0 ? bytes : [.. bytes[..at], .. other[choices.Below(other.Length)..]];
            case 7:
                return Repeated(choices, bytes, at, length);
            case 8:
                return Word(choices, bytes, at, static c => c is >= (byte)'0' and <= (byte)'9', choices.From(Numbers));
            case 9:
                return Word(choices, bytes, at, static c => c is not ((byte)',' or (byte)':' or (byte)'{' or (byte)'}' or (byte)'[' or (byte)']'), choices.From(Json));
            case 10:
                return Lines(choices, bytes);
            case 11:
                return InsideBase64(choices, bytes, at, seeds);
            case 12:
                return Number(choices, bytes, at);
            default:
                return [.. bytes, .. Random(choices, 1 + choices.Below(300))];
        }
    }

    private static byte[] Random(Choices choices, int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)choices.Bits())];

    // A part of it a thousand times.
    private static byte[] Repeated(Choices choices, byte[] bytes, int at, int length)
    {
        int times = Math.Min(choices.Pick(2, 20, 1000, 20_000), Math.Max(1, (MaxLength - bytes.Length) / length));
        byte[] part = bytes[at..(at + length)], all = new byte[part.Length * times];
        for (int i = 0; i < times; i++)
        {
            part.CopyTo(all, i * part.Length);
        }

        return [.. bytes[..at], .. all, .. bytes[at..]];
    }

    // The run of such bytes around a place, in exchange for a word.
    private static byte[] Word(Choices choices, byte[] bytes, int at, Func<byte, bool> isPart, string word)
    {
        int from = at;
        for (int tries = 0; tries < 64 && !isPart(bytes[from]); tries++)
        {
            from = choices.Below(bytes.Length);
        }

        int to = from;
        while (from > 0 && isPart(bytes[from - 1]))
        {
            from--;
        }

        while (to < bytes.Length && isPart(bytes[to]))
        {
            to++;
        }

        return [.. bytes[..from], .. Encoding.UTF8.GetBytes(word), .. bytes[to..]];
    }

    private static byte[] Lines(Choices choices, byte[] bytes)
    {
        List<byte[]> lines = [];
        int start = 0;
        for (int i = 0; i <= bytes.Length; i++)
        {
            if (i == bytes.Length || bytes[i] == '\n')
            {
                lines.Add(bytes[start..i]);
                start = i + 1;
            }
        }

        int a = choices.Below(lines.Count), b = choices.Below(lines.Count);
        switch (choices.Below(4))
        {
            case 0:
                (lines[a], lines[b]) = (lines[b], lines[a]);
                break;
            case 1:
                lines.RemoveAt(a);
                break;
            case 2:
                lines.Insert(b, lines[a]);
                break;
            default:
                lines.InsertRange(b, Enumerable.Repeat(choices.Chance(50) ? [] : lines[a], Math.Min(choices.Pick(2, 70, 5000), Math.Max(1, MaxLength / (lines[a].Length + 1)))));
                break;
        }

        var all = new MemoryStream();
        for (int i = 0; i < lines.Count; i++)
        {
            all.Write(lines[i]);
            if (i < lines.Count - 1)
            {
                all.WriteByte((byte)'\n');
            }
        }

        return all.ToArray();
    }

    // What lies inside a word of base64 is changed like anything else, and written as base64 again.
    private static byte[] InsideBase64(Choices choices, byte[] bytes, int at, IReadOnlyList<byte[]> seeds)
    {
        static bool IsPart(byte c) => char.IsAsciiLetterOrDigit((char)c) || c is (byte)'+' or (byte)'/' or (byte)'=' or (byte)'-' or (byte)'_';
        int from = at, to = at;
        while (from > 0 && IsPart(bytes[from - 1]))
        {
            from--;
        }

        while (to < bytes.Length && IsPart(bytes[to]))
        {
            to++;
        }

        string word = Encoding.ASCII.GetString(bytes, from, to - from);
        var decoded = new byte[word.Length];
        return word.Length >= 8 && Convert.TryFromBase64String(word, decoded, out int written)
            ? [.. bytes[..from], .. Encoding.ASCII.GetBytes(Convert.ToBase64String(Once(choices, decoded[..written], seeds))), .. bytes[to..]]
            : bytes;
    }

    // A binary number of 2, 4 or 8 bytes, of either order.
    private static byte[] Number(Choices choices, byte[] bytes, int at)
    {
        int width = Math.Min(choices.Pick(2, 4, 8), bytes.Length - at);
        byte[] number = BitConverter.GetBytes(choices.Pick<ulong>(0, 1, 0x7f, 0xff, 0x100, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, ulong.MaxValue, choices.Bits()))[..width];
        if (choices.Chance(50))
        {
            Array.Reverse(number);
        }

        number.CopyTo(bytes, at);
        return bytes;
    }
}

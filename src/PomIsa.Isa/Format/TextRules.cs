using System.Text;

namespace PomIsa.Isa.Format;

/// <summary>What names and doc comments may hold: they are printed on people's terminals.</summary>
internal static class TextRules
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>No ASCII control characters, and no C1 ones (0xC2 0x80 to 0xC2 0x9F); line feeds where lines are allowed.</summary>
    public static bool IsClean(ReadOnlySpan<byte> text, bool lines)
    {
        for (int i = 0; i < text.Length; i++)
        {
            bool control = text[i] < 0x20 || text[i] == 0x7f
                || (text[i] == 0xc2 && i + 1 < text.Length && text[i + 1] < 0xa0);
            if (control && !(lines && text[i] == (byte)'\n'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>UTF-8 of a name or text.</summary>
    /// <exception cref="ArgumentException">Too long, not Unicode, or with control characters.</exception>
    public static byte[] ToBytes(string text, int limit, bool lines)
    {
        byte[] bytes = Strict.GetBytes(text);
        return bytes.Length <= limit && IsClean(bytes, lines)
            ? bytes
            : throw new ArgumentException($"'{text}' is longer than {limit} bytes or has control characters.", nameof(text));
    }
}

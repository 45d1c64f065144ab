using System.Collections.Immutable;
using System.Text;

namespace PomIsa.Text;

/// <summary>The printable characters that stand for bytes in byte-level BPE files (GPT-2's convention).</summary>
public static class ByteAlphabet
{
    /// <summary>Character for each byte: itself where printable, else the next free one from U+0100.</summary>
    public static ImmutableArray<char> Of { get; } = [.. Build()];

    private static readonly short[] Inverse = Invert();

    /// <summary>The UTF-8 bytes of a text, each as its character.</summary>
    public static string Spell(string text) => string.Create(Encoding.UTF8.GetByteCount(text), text, static (into, text) =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < bytes.Length; i++)
        {
            into[i] = Of[bytes[i]];
        }
    });

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ByteOf(char letter) => letter < Inverse.Length ? Inverse[letter] : -1;

    private static char[] Build()
    {
        var table = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            table[b] = printable ? (char)b : (char)next++;
        }

        return table;
    }

    private static short[] Invert()
    {
        var inverse = new short[512];
        Array.Fill(inverse, (short)-1);
        for (int b = 0; b < 256; b++)
        {
            inverse[Of[b]] = (short)b;
        }

        return inverse;
    }
}

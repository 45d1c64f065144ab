namespace PomIsa.Training.Tokens;

/// <summary>The printable characters that stand for bytes in byte-level BPE files (GPT-2's convention).</summary>
internal static class ByteAlphabet
{
    /// <summary>Character for each byte: itself where printable, else the next free one from U+0100.</summary>
    public static readonly char[] Of = Build();

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
}

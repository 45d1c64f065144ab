namespace PomIsa.Text;

/// <summary>What a tokenizer's files and a text may be at most. Real ones lie well below; strangers' files end here, not in the machine's memory.</summary>
internal static class TextLimits
{
    /// <summary>Bytes of tokenizer.json or tokenizer.model.</summary>
    public const long FileBytes = 128L << 20;

    /// <summary>Bytes of tokenizer_config.json and its kin.</summary>
    public const long ConfigBytes = 16L << 20;

    /// <summary>Token ids are below it.</summary>
    public const int Ids = 1 << 21;

    /// <summary>UTF-16 units of a token.</summary>
    public const int TokenChars = 1 << 10;

    /// <summary>Pairs that merge.</summary>
    public const int Merges = 1 << 22;

    /// <summary>UTF-16 units of a text to encode.</summary>
    public const int TextChars = 1 << 20;

    /// <summary>UTF-16 units of a text while it is normalized and cut.</summary>
    public const int NormalizedChars = 1 << 24;

    /// <summary>Steps in a sequence of normalizers, pre-tokenizers or decoders.</summary>
    public const int Steps = 64;

    /// <summary>UTF-16 units of a regular expression.</summary>
    public const int PatternChars = 1 << 12;

    /// <summary>How long one pattern may take on one text.</summary>
    public static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(2);
}

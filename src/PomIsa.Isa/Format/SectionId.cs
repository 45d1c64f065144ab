namespace PomIsa.Isa.Format;

/// <summary>Section numbers in the order in which sections stand.</summary>
internal static class SectionId
{
    public const byte Symbols = 1;
    public const byte Weights = 2;
    public const byte States = 3;
    public const byte Inputs = 4;
    public const byte Functions = 5;
    public const byte Code = 6;
    public const byte Entry = 7;
    public const byte Data = 8;
    public const byte FirstCustom = 0x80;
    public const byte Names = 0x80;
    public const byte Positions = 0x81;
    public const byte Text = 0x82;

    /// <summary>"\0pis", then the version as a fixed u32.</summary>
    public static ReadOnlySpan<byte> Magic => "\0pis"u8;

    public const uint Version = 1;

    /// <summary>Bytes of magic and version.</summary>
    public const int HeaderBytes = 8;
}

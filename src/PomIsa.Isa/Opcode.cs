namespace PomIsa.Isa;

/// <summary>Codes of the opcodes that the verifier or a machine treats by name; all others go by their row alone.</summary>
public static class Opcode
{
    public const byte Halt = 0x00;
    public const byte Call = 0x01;
    public const byte Ret = 0x02;
    public const byte Loop = 0x03;
    public const byte Brk = 0x04;
    public const byte BrkIf = 0x05;
    public const byte If = 0x06;
    public const byte Else = 0x07;
    public const byte End = 0x08;
    public const byte Input = 0x28;
    public const byte Zeros = 0x2c;
    public const byte Load = 0x2d;
    public const byte Attention = 0x55;
    public const byte AttentionWindow = 0x59;
    public const byte MatMulI8 = 0x5d;
    public const byte AttentionSoftcap = 0x5f;
    public const byte Append = 0x60;
    public const byte Read = 0x63;
    public const byte Write = 0x64;
    public const byte Sample = 0x72;
    public const byte AttentionCross = 0xb0;
    public const byte AttentionBias = 0xb1;
}

namespace PomIsa.Rejections.Recording;

/// <summary>Opcodes 0x18 to 0x24: two scalars to one.</summary>
internal static class Arithmetic
{
    public static long Two(byte opcode, long a, long b) => unchecked(opcode switch
    {
        0x18 => a + b,
        0x19 => a - b,
        0x1a => a * b,
        0x1b => a < b ? a : b,
        0x1c => a > b ? a : b,
        0x1d => a == b ? 1 : 0,
        0x1e => a != b ? 1 : 0,
        0x1f => a < b ? 1 : 0,
        0x20 => a <= b ? 1 : 0,
        0x21 => a > b ? 1 : 0,
        0x22 => a >= b ? 1 : 0,
        0x23 => a != 0 && b != 0 ? 1 : 0,
        _ => a != 0 || b != 0 ? 1 : 0,
    });
}

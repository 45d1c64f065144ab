using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Recording;

/// <summary>Where blocks begin and end.</summary>
internal static class Blocks
{
    /// <summary>The end of the block that opens here, or its else where that will do.</summary>
    public static int Behind(Function function, int at, bool elseToo)
    {
        int depth = 0;
        while (true)
        {
            byte opcode = function.Body[++at].Opcode;
            if (depth == 0 && (opcode == 0x08 || (elseToo && opcode == 0x07)))
            {
                return at;
            }

            depth += opcode is 0x03 or 0x06 ? 1 : opcode == 0x08 ? -1 : 0;
        }
    }

    /// <summary>The loop or if that this end closes.</summary>
    public static int Opening(Function function, int end)
    {
        int depth = 0;
        for (int at = end - 1; ; at--)
        {
            byte opcode = function.Body[at].Opcode;
            if (opcode is 0x03 or 0x06 && depth-- == 0)
            {
                return at;
            }

            depth += opcode == 0x08 ? 1 : 0;
        }
    }
}

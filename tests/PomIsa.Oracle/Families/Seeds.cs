namespace PomIsa.Oracle.Families;

/// <summary>A seed for each name, so that cases of one opcode don't move when another's change.</summary>
internal static class Seeds
{
    /// <summary>FNV-1a of the name.</summary>
    public static ulong Of(string name)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (char c in name)
        {
            hash = unchecked((hash ^ c) * 0x100000001b3);
        }

        return hash;
    }
}

using System.Text;

namespace PomIsa.Evidence.Keys;

/// <summary>The rule for names of note keys.</summary>
public static class KeyName
{
    private const int MaxLength = 255;

    /// <summary>Whether a name is not empty, at most 255 characters, and free of spaces, control characters and plus signs.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (Rune rune in name.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || rune.Value == '+' || Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                return false;
            }
        }

        return true;
    }
}

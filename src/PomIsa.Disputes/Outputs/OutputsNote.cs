using System.Globalization;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;

namespace PomIsa.Disputes.Outputs;

/// <summary>What an accused signs of a whole run: the root over all its outputs. Spec: spec/evidence.md, chapter 13.</summary>
public static class OutputsNote
{
    /// <summary>Longest note that is looked at, in bytes.</summary>
    public const int MaxBytes = 1024;

    private const string FirstLine = "pomisa outputs v1";

    /// <summary>Signs the root over a run's first outputs.</summary>
    /// <param name="key">The log's key.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="leaves">Leaves of the tree.</param>
    /// <param name="root">Its root.</param>
    public static byte[] Sign(LogKey key, Digest run, ulong leaves, Digest root)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SignedNote.Sign(Text(key.Name, run, leaves, root), key);
    }

    /// <summary>Opens a note that may be anyone's: one that the key signed, about this run.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> note, VerifierKey key, Digest run, out ulong leaves, out Digest root)
    {
        ArgumentNullException.ThrowIfNull(key);
        (leaves, root) = (0, default);
        Span<byte> hash = stackalloc byte[Digest.Size];
        if (note.Length > MaxBytes || !SignedNote.TryOpen(note, [key], out string text, out _) || text.Split('\n') is not [_, _, _, var count, var encoded, ""]
            || !ulong.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out leaves)
            || !Convert.TryFromBase64String(encoded, hash, out int length) || length != Digest.Size)
        {
            return false;
        }

        root = new Digest(hash);
        return text == Text(key.Name, run, leaves, root); // each number and the root in their one spelling
    }

    private static string Text(string origin, Digest run, ulong leaves, Digest root) =>
        string.Create(CultureInfo.InvariantCulture, $"{FirstLine}\n{origin}\n{run}\n{leaves}\n{Convert.ToBase64String(root.ToArray())}\n");
}

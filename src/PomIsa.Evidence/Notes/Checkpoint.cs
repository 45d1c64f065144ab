using System.Globalization;
using PomIsa.Evidence.Keys;

namespace PomIsa.Evidence.Notes;

/// <summary>A C2SP checkpoint: that the log named <paramref name="Origin"/> has a tree of this size and root.</summary>
/// <param name="Origin">The log's name; equal to its key's name.</param>
/// <param name="Size">Entries in the log.</param>
/// <param name="Root">The RFC 9162 root over them.</param>
public sealed record Checkpoint(string Origin, ulong Size, Digest Root)
{
    private const int MaxLines = 64;

    /// <summary>The note's text: origin, size and root, a line each.</summary>
    /// <exception cref="InvalidOperationException">The origin is no key name.</exception>
    public string ToText() => KeyName.IsValid(Origin)
        ? string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.ToArray())}\n")
        : throw new InvalidOperationException($"'{Origin}' can't be an origin: no spaces or plus signs.");

    /// <summary>Reads a note's text; extension lines behind the root are accepted and dropped.</summary>
    public static bool TryParse(string text, out Checkpoint checkpoint)
    {
        checkpoint = null!;
        string[] lines = text.Split('\n', MaxLines + 2);
        if (lines.Length is < 4 or > MaxLines + 1 || lines[^1].Length != 0 || lines[..^1].Any(static line => line.Length == 0))
        {
            return false;
        }

        Span<byte> root = stackalloc byte[Digest.Size];
        if (!KeyName.IsValid(lines[0])
            || !ulong.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong size)
            || (lines[1].Length > 1 && lines[1][0] == '0')
            || !StrictBase64.TryDecode(lines[2], root))
        {
            return false;
        }

        checkpoint = new Checkpoint(lines[0], size, new Digest(root));
        return true;
    }

    /// <summary>The signed note of this checkpoint.</summary>
    /// <exception cref="InvalidOperationException">The origin is no key name.</exception>
    public byte[] Sign(LogKey key) => SignedNote.Sign(ToText(), key);

    /// <summary>Opens a signed checkpoint that may be anyone's; its origin must be the key's name.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> note, VerifierKey key, out Checkpoint checkpoint, out NoteFault fault)
    {
        checkpoint = null!;
        if (!SignedNote.TryOpen(note, [key], out string text, out fault))
        {
            return false;
        }

        if (!TryParse(text, out Checkpoint read))
        {
            fault = NoteFault.NotACheckpoint;
            return false;
        }

        if (read.Origin != key.Name)
        {
            fault = NoteFault.WrongOrigin;
            return false;
        }

        checkpoint = read;
        return true;
    }
}

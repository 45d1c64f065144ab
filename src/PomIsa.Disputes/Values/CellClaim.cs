using System.Globalization;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;

namespace PomIsa.Disputes.Values;

/// <summary>What the accused signs of an element that takes many cells: the root over their values. A cell is 8 bytes, little-endian; 128 are a block.</summary>
/// <param name="Origin">Name of the log's key.</param>
/// <param name="Index">Log index of the record.</param>
/// <param name="Output">Which of its outputs.</param>
/// <param name="Element">Which element.</param>
/// <param name="Count">Cells.</param>
/// <param name="Root">Root over their blocks.</param>
internal sealed record CellClaim(string Origin, ulong Index, int Output, ulong Element, long Count, Digest Root)
{
    public const int CellBytes = sizeof(ulong);

    private const string FirstLine = "pomisa claim v1";

    /// <summary>The note's text.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{FirstLine}\n{Origin}\n{Index}\ncells {Output} {Element} {Count} {Root}\n");

    public byte[] Sign(LogKey key) => SignedNote.Sign(ToText(), key);

    /// <summary>Reads a note that a key has signed, about this element.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> note, VerifierKey key, ulong index, int output, ulong element, long count, out Digest root)
    {
        root = default;
        if (!SignedNote.TryOpen(note, [key], out string text, out _) || text.Split('\n') is not [_, _, _, var line, ""]
            || !Digest.TryParse(line.Split(' ')[^1], out root))
        {
            return false;
        }

        return text == new CellClaim(key.Name, index, output, element, count, root).ToText();
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Notes;

/// <summary>A <c>.tlog-proof</c> file (C2SP tlog-proof): that an entry is in a log, together with the signed checkpoint that says so.</summary>
/// <param name="Index">Of the entry.</param>
/// <param name="Path">Its inclusion path, the entry's sibling first.</param>
/// <param name="Note">The signed checkpoint with its cosignatures.</param>
public sealed record LogProof(ulong Index, IReadOnlyList<Digest> Path, ReadOnlyMemory<byte> Note)
{
    /// <summary>Longest file that is looked at, in bytes.</summary>
    public const int MaxBytes = 1 << 16;

    private const string Header = "c2sp.org/tlog-proof@v1\n";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Header).Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (Digest digest in Path)
        {
            text.Append(Convert.ToBase64String(digest.ToArray())).Append('\n');
        }

        return [.. Utf8.GetBytes(text.Append('\n').ToString()), .. Note.Span];
    }

    /// <summary>Reads a file that may be anyone's. An extra line is accepted and dropped.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LogProof? proof)
    {
        proof = null;
        int end = bytes.IndexOf("\n\n"u8);
        if (bytes.Length > MaxBytes || end < 0 || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return false;
        }

        string head = Utf8.GetString(bytes[..(end + 1)]);
        if (!head.StartsWith(Header + "index ", StringComparison.Ordinal) && !head.StartsWith(Header + "extra ", StringComparison.Ordinal))
        {
            return false;
        }

        string[] lines = head[Header.Length..^1].Split('\n');
        int at = lines[0].StartsWith("extra ", StringComparison.Ordinal) ? 1 : 0;
        if (at == lines.Length || !lines[at].StartsWith("index ", StringComparison.Ordinal))
        {
            return false;
        }

        string number = lines[at][6..];
        if (!ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong index)
            || number != index.ToString(CultureInfo.InvariantCulture) || lines.Length - at - 1 > Merkle.MaxProofLength)
        {
            return false;
        }

        var path = new List<Digest>();
        Span<byte> digest = stackalloc byte[Digest.Size];
        foreach (string line in lines[(at + 1)..])
        {
            if (!StrictBase64.TryDecode(line, digest))
            {
                return false;
            }

            path.Add(new Digest(digest));
        }

        proof = new LogProof(index, path, bytes[(end + 2)..].ToArray());
        return true;
    }

    /// <summary>Whether the entry is in the log: a log of the policy signed the checkpoint, witnesses enough cosigned it, and the path leads from the entry to its root.</summary>
    /// <param name="entry">The entry's bytes.</param>
    /// <param name="policy">Whom to trust.</param>
    /// <param name="checkpoint">What was signed.</param>
    /// <param name="fault">Why not.</param>
    public bool TryVerify(ReadOnlySpan<byte> entry, WitnessPolicy policy, [NotNullWhen(true)] out Checkpoint? checkpoint, out string fault)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!policy.TryOpen(Note.Span, out checkpoint, out fault))
        {
            return false;
        }

        if (Merkle.VerifyInclusion(Index, checkpoint.Size, Merkle.LeafHash(entry), [.. Path], checkpoint.Root))
        {
            return true;
        }

        fault = $"the path does not lead from this entry at index {Index} to the signed root of {checkpoint.Size} entries";
        checkpoint = null;
        return false;
    }
}

using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Keeping;

/// <summary>That a run emitted a token: its record, and the path from it to the root of its group of 1024 entries. At most <see cref="MaxBytes"/> bytes.</summary>
/// <remarks>
/// Beside it a holder needs the log's key, the signed checkpoint, and, for a log of more than one group, what leads from the group to the checkpoint: tiles, kept
/// roots or the log, which all receipts of a log share. Spec: spec/evidence.md, chapter 11.
/// </remarks>
public sealed record Receipt
{
    /// <summary>Longest receipt, in bytes.</summary>
    public const int MaxBytes = 512;

    private const byte Version = 1, Clear = 0, UnderSalt = 1;
    private const int HeadBytes = 5 + 4 + 8 + 8 + 4 + 4 + 1;

    /// <summary>Id of the log's key.</summary>
    public required uint Key { get; init; }

    /// <summary>Entries of the log under the checkpoint that the path was made for.</summary>
    public required ulong Size { get; init; }

    /// <summary>Index of the record.</summary>
    public required ulong Index { get; init; }

    /// <summary>Tokens that the run emitted before.</summary>
    public required uint Position { get; init; }

    /// <summary>The token.</summary>
    public required int Token { get; init; }

    /// <summary>Of a private run: what opens the token in its record.</summary>
    public Digest? Salt { get; init; }

    /// <summary>The <c>emit</c>'s record.</summary>
    public required ReadOnlyMemory<byte> Entry { get; init; }

    /// <summary>From the record's leaf to the root of its group, the leaf's sibling first.</summary>
    public required ReadOnlyMemory<Digest> Path { get; init; }

    private static ReadOnlySpan<byte> Magic => "PIST"u8;

    /// <summary>The receipt of an entry that is kept in full.</summary>
    /// <param name="roots">What is kept of the log.</param>
    /// <param name="emit">The entry.</param>
    /// <param name="key">Id of the log's key.</param>
    /// <param name="position">Tokens emitted before.</param>
    /// <param name="token">The token.</param>
    /// <param name="salt">Of a private run's token.</param>
    public static Receipt Of(KeptRoots roots, KeptPart emit, uint key, uint position, int token, Digest? salt)
    {
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(emit);
        ulong group = emit.First / KeptRoots.GroupSize, start = group * KeptRoots.GroupSize;
        return new Receipt
        {
            Key = key,
            Size = roots.Size,
            Index = emit.First,
            Position = position,
            Token = token,
            Salt = salt,
            Entry = emit.Entry.AsMemory(),
            Path = RangeWalk.InclusionPath(new From(roots, start), emit.First - start, (ulong)TreeGroups.WidthOf(group, roots.Size)),
        };
    }

    /// <summary>The file.</summary>
    /// <exception cref="InvalidOperationException">Its record is so long that it is no receipt.</exception>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + (Salt is null ? 0 : Digest.Size) + 2 + Entry.Length + 1 + (Path.Length * Digest.Size)];
        Magic.CopyTo(bytes);
        bytes[4] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), Key); // as a note has it
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(9), Size);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(17), Index);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(25), Position);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(29), Token);
        bytes[33] = Salt is null ? Clear : UnderSalt;
        int at = HeadBytes;
        if (Salt is { } salt)
        {
            salt.CopyTo(bytes.AsSpan(at));
            at += Digest.Size;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)Entry.Length);
        Entry.Span.CopyTo(bytes.AsSpan(at + 2));
        at += 2 + Entry.Length;
        bytes[at++] = (byte)Path.Length;
        foreach (Digest sibling in Path.Span)
        {
            sibling.CopyTo(bytes.AsSpan(at));
            at += Digest.Size;
        }

        return bytes.Length <= MaxBytes ? bytes : throw new InvalidOperationException($"A receipt has at most {MaxBytes} bytes; with this record it would have {bytes.Length}.");
    }

    /// <summary>Reads a receipt that may be anyone's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        if (bytes.Length is < HeadBytes or > MaxBytes || !bytes.StartsWith(Magic) || bytes[4] != Version || bytes[33] > UnderSalt)
        {
            return false;
        }

        int at = HeadBytes + (bytes[33] == UnderSalt ? Digest.Size : 0);
        int length = bytes.Length < at + 2 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]), end = at + 2 + length;
        if (length == 0 || bytes.Length < end + 1 || bytes.Length != end + 1 + (bytes[end] * Digest.Size))
        {
            return false;
        }

        var path = new Digest[bytes[end]];
        for (int i = 0; i < path.Length; i++)
        {
            path[i] = new Digest(bytes.Slice(end + 1 + (i * Digest.Size), Digest.Size));
        }

        receipt = new Receipt
        {
            Key = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]),
            Size = BinaryPrimitives.ReadUInt64LittleEndian(bytes[9..]),
            Index = BinaryPrimitives.ReadUInt64LittleEndian(bytes[17..]),
            Position = BinaryPrimitives.ReadUInt32LittleEndian(bytes[25..]),
            Token = BinaryPrimitives.ReadInt32LittleEndian(bytes[29..]),
            Salt = bytes[33] == UnderSalt ? new Digest(bytes.Slice(HeadBytes, Digest.Size)) : null,
            Entry = bytes.Slice(at + 2, length).ToArray(),
            Path = path,
        };
        return true;
    }

    /// <summary>Whether a log of the policy holds that the run emitted this token.</summary>
    /// <remarks>The position is proven by a private run's record; of others it is what the receipt says, and whoever has the log counts.</remarks>
    /// <param name="policy">Whom to trust.</param>
    /// <param name="note">The signed checkpoint.</param>
    /// <param name="tree">What leads from groups to the checkpoint; null where the log is one group.</param>
    /// <param name="emit">Number of the opcode <c>emit</c>.</param>
    /// <param name="checkpoint">What was signed.</param>
    /// <param name="retire">The record.</param>
    /// <param name="fault">Why not.</param>
    public bool TryVerify(
        WitnessPolicy policy, ReadOnlySpan<byte> note, IRangeRoots? tree, ushort emit, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(true)] out Retire? retire, out string fault)
    {
        ArgumentNullException.ThrowIfNull(policy);
        (checkpoint, retire) = (null, null);
        if (!policy.Logs.Any(log => log.Id == Key))
        {
            fault = $"it is of the log with key {Key:x8}, which is not the one that is trusted";
            return false;
        }

        if (!policy.TryOpen(note, out Checkpoint? signed, out fault) || !IsToken(emit, out Retire? record, out fault) || !LeadsTo(signed, tree, out fault))
        {
            return false;
        }

        (checkpoint, retire) = (signed, record);
        return true;
    }

    private bool IsToken(ushort emit, [NotNullWhen(true)] out Retire? retire, out string fault)
    {
        retire = null;
        fault = "";
        if (!Record.TryDecode(Entry.Span, out Record record, out _) || record is not Retire found || found.Head.Opcode != emit)
        {
            fault = "its record is not that of a token";
            return false;
        }

        bool says = Salt is { } salt ? Salted.Opens(found, 0, Token, salt) : found.Scalars.Length == 1 && found.Scalars[0] == Token;
        if (!says || (found.IsPrivate && found.Head.Tokens != Position))
        {
            fault = says ? $"its record is that of token {found.Head.Tokens}, not {Position}" : "its record holds another token";
            return false;
        }

        retire = found;
        return true;
    }

    private bool LeadsTo(Checkpoint signed, IRangeRoots? tree, out string fault)
    {
        fault = "";
        if (signed.Size != Size || Index >= Size)
        {
            fault = $"it was made for a checkpoint over {Size} entries; this one is over {signed.Size}";
            return false;
        }

        ulong group = Index / KeptRoots.GroupSize;
        if (!Merkle.TryFollow(Index % KeptRoots.GroupSize, (ulong)TreeGroups.WidthOf(group, Size), Merkle.LeafHash(Entry.Span), Path.Span, out Digest root))
        {
            fault = "its path is not one of a group of that size";
            return false;
        }

        Digest[] above = [];
        ulong groups = (Size + KeptRoots.GroupSize - 1) / KeptRoots.GroupSize;
        if (groups > 1)
        {
            if (tree is null)
            {
                fault = $"the log has {groups} groups of entries: its tiles, its kept roots or the log itself must be at hand";
                return false;
            }

            above = RangeWalk.InclusionPath(new TreeGroups(tree, Size), group, groups);
        }

        bool leads = Merkle.VerifyInclusion(group, groups, root, above, signed.Root);
        fault = leads ? "" : "its path does not lead to the signed root";
        return leads;
    }

    /// <summary>A tree from a leaf on.</summary>
    private readonly struct From(IRangeRoots leaves, ulong start) : IRangeRoots
    {
        public Digest RootOf(ulong first, ulong count) => leaves.RootOf(start + first, count);
    }
}

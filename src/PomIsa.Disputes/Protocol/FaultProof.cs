using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Protocol;

/// <summary>A fault proof: what an accused signed, some records of his, the program, and what is wrong. Bytes: spec/evidence.md, chapter 14.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Index">The record that is wrong.</param>
/// <param name="Key">The accused's verifier key.</param>
/// <param name="Note">The checkpoint that he signed.</param>
/// <param name="Module">The program without names and positions; empty where it is not needed, or does not fit.</param>
/// <param name="Records">Records of his log.</param>
/// <param name="Proof">That they are in it.</param>
/// <param name="Body">What a fault of a value, or one that a claim shows, needs beside them; empty for all others.</param>
public sealed record FaultProof(
    FaultKind Kind, ulong Index, VerifierKey Key, ReadOnlyMemory<byte> Note, ReadOnlyMemory<byte> Module, ProvenRecords Records, IReadOnlyList<Digest> Proof, ReadOnlyMemory<byte> Body)
{
    /// <summary>Longest file, in bytes.</summary>
    public const int MaxBytes = 1 << 16;

    private const byte Version = 1;
    private const int HeadBytes = 14;
    private const int RecordHeadBytes = 10;

    private static ReadOnlySpan<byte> Magic => "PISF"u8;

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        using var file = new MemoryStream();
        Span<byte> head = stackalloc byte[HeadBytes];
        Magic.CopyTo(head);
        (head[4], head[5]) = (Version, (byte)Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(head[6..], Index);
        file.Write(head);
        Parts.Write(file, Encoding.UTF8.GetBytes(Key.ToString()));
        Parts.Write(file, Note.Span);
        Parts.WritePacked(file, Module.Span);
        Parts.WritePacked(file, RecordBytes());
        var hashes = new byte[Proof.Count * Digest.Size];
        for (int i = 0; i < Proof.Count; i++)
        {
            Proof[i].CopyTo(hashes.AsSpan(i * Digest.Size));
        }

        Parts.Write(file, hashes);
        Parts.Write(file, Body.Span);
        return file.ToArray();
    }

    /// <summary>Reads a file that may be anyone's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FaultProof? proof)
    {
        proof = null;
        if (bytes.Length is < HeadBytes or > MaxBytes || !bytes.StartsWith(Magic) || bytes[4] != Version || bytes[5] is 0 or > (byte)FaultKind.Claim)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[HeadBytes..];
        if (!Parts.TryRead(ref rest, out ReadOnlySpan<byte> key) || !Parts.TryRead(ref rest, out ReadOnlySpan<byte> note)
            || !Parts.TryReadPacked(ref rest, out byte[]? module) || !Parts.TryReadPacked(ref rest, out byte[]? packed)
            || !Parts.TryRead(ref rest, out ReadOnlySpan<byte> hashes) || !Parts.TryRead(ref rest, out ReadOnlySpan<byte> body)
            || rest.Length > 0 || hashes.Length % Digest.Size != 0
            || !System.Text.Unicode.Utf8.IsValid(key) || !VerifierKey.TryParse(Encoding.UTF8.GetString(key), out VerifierKey verifier) || verifier.Type != VerifierKey.Ed25519Type
            || !TryRecords(packed, out ProvenRecords? records))
        {
            return false;
        }

        var path = new Digest[hashes.Length / Digest.Size];
        for (int i = 0; i < path.Length; i++)
        {
            path[i] = new Digest(hashes.Slice(i * Digest.Size, Digest.Size));
        }

        proof = new FaultProof((FaultKind)bytes[5], BinaryPrimitives.ReadUInt64LittleEndian(bytes[6..]), verifier, note.ToArray(), module, records, path, body.ToArray());
        return true;
    }

    /// <summary>Whether the records shown are those of a tree.</summary>
    public bool IsIn(ulong size, Digest root)
    {
        var indices = new ulong[Records.Count];
        var leaves = new Digest[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            (indices[i], leaves[i]) = (Records.IndexAt(i), Merkle.LeafHash(Records.EntryAt(i)));
        }

        return indices.Length > 0 && indices[^1] < size && Multiproof.TryRoot(size, indices, leaves, [.. Proof], out Digest found) && found == root;
    }

    private byte[] RecordBytes()
    {
        using var all = new MemoryStream();
        Span<byte> head = stackalloc byte[RecordHeadBytes];
        for (int i = 0; i < Records.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(head, Records.IndexAt(i));
            BinaryPrimitives.WriteUInt16LittleEndian(head[8..], checked((ushort)Records.EntryAt(i).Length));
            all.Write(head);
            all.Write(Records.EntryAt(i));
        }

        return all.ToArray();
    }

    private static bool TryRecords(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ProvenRecords? records)
    {
        records = null;
        var entries = new List<(ulong Index, byte[] Entry)>();
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < RecordHeadBytes)
            {
                return false;
            }

            ulong index = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
            if (length == 0 || length > bytes.Length - RecordHeadBytes || (entries.Count > 0 && index <= entries[^1].Index))
            {
                return false;
            }

            entries.Add((index, bytes.Slice(RecordHeadBytes, length).ToArray()));
            bytes = bytes[(RecordHeadBytes + length)..];
        }

        records = new ProvenRecords(entries);
        return true;
    }
}

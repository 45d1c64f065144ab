using System.Buffers.Binary;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Fuzz.Hostile;

/// <summary>Records, logs of them, paths in their trees.</summary>
internal static class RecordFormats
{
    public static IEnumerable<Format> Of(Strangers s)
    {
        byte[][] kinds = [.. s.Entries.Take(9), s.Entries[131], s.Entries[132], s.Entries[133], s.Entries[^1]];
        yield return new Format("record", kinds, static bytes => !Record.TryDecode(bytes, out Record read, out _) ? null
            : Strangers.Encode(read).AsSpan().SequenceEqual(bytes) ? "" : throw new InvalidOperationException("a second spelling of a record"))
        {
            Free = 512 << 10,
        };
        yield return new Format("log of records", [Pack(s.Entries)], bytes => LogCheck.Verify(Unpack(bytes), s.Checkpoint, out LogCheckFault fault) ? "" : fault.ToString().Length > 0 ? null : throw new InvalidOperationException("nothing is said"))
        {
            // Behind the checkpoint's size entries obey the rules and are covered by nothing, so more of them may be there.
            Free = 1 << 20,
        };
        yield return new Format("run's secret", [System.Text.Encoding.ASCII.GetBytes(RunSecret.Of(new byte[32]).ToFileText())],
            static bytes => RunSecret.TryParse(System.Text.Encoding.UTF8.GetString(bytes), out RunSecret? secret) ? secret.Check.ToString() : null);

        Digest[] leaves = [.. s.Entries.Select(static e => Merkle.LeafHash(e))];
        Digest root = Merkle.Root(leaves);
        ulong size = (ulong)leaves.Length;
        yield return new Format("inclusion path", [.. new[] { 0, 7, 255, 256, 263 }.Select(i => Path((ulong)i, size, Merkle.InclusionPath(leaves, i)))], bytes =>
        {
            // The size is the signed one: a path alone may be that of another index in a tree of another size.
            (ulong index, _, Digest[] path) = PathOf(bytes);
            return Merkle.VerifyInclusion(index, size, leaves[(int)Math.Min(index, size - 1)], path, root) ? $"{index}" : null;
        })
        { Bound = true };
        yield return new Format("consistency proof", [.. new[] { 1, 7, 128, 200, 256, 263 }.Select(m => Path((ulong)m, size, Merkle.ConsistencyProof(leaves, m)))], bytes =>
        {
            (ulong old, ulong claimed, Digest[] path) = PathOf(bytes);
            return old is > 0 && old <= size && claimed >= old && Merkle.VerifyConsistency(old, Merkle.Root(leaves.AsSpan(0, (int)old)), claimed, root, path) && claimed == size ? $"a prefix" : null;
        })
        { Bound = true, PerByte = 400 };
    }

    private static byte[] Path(ulong index, ulong size, Digest[] path) =>
        [.. BitConverter.GetBytes(index), .. BitConverter.GetBytes(size), .. path.SelectMany(static d => d.ToArray())];

    private static (ulong Index, ulong Size, Digest[] Path) PathOf(byte[] bytes) => bytes.Length < 16 ? (0, 0, [])
        : (BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes, 8), [.. bytes.AsSpan(16).ToArray().Chunk(32).Where(static c => c.Length == 32).Select(static c => new Digest(c))]);

    private static byte[] Pack(IEnumerable<byte[]> entries) => [.. entries.SelectMany(static e => (byte[])[(byte)e.Length, (byte)(e.Length >> 8), .. e])];

    /// <summary>Entries out of any bytes: lengths of two bytes each, the last one as long as there are bytes.</summary>
    internal static List<byte[]> Unpack(byte[] bytes)
    {
        List<byte[]> entries = [];
        for (int at = 0; at + 2 <= bytes.Length;)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)), bytes.Length - at - 2);
            entries.Add(bytes[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }

        return entries;
    }
}

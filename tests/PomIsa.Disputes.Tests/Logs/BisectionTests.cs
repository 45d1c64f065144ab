using PomIsa.Disputes.Logs;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tiles;
using PomIsa.Evidence.Trees;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Logs;

/// <summary>Two logs are led to their first difference in as many exchanges as their height asks for.</summary>
public sealed class BisectionTests
{
    [Fact]
    public void The_first_difference_is_found_in_as_many_rounds_as_the_height_asks_for()
    {
        var random = new Random(3);
        for (int i = 0; i < 200; i++)
        {
            int size = random.Next(1, 700), other = random.Next(1, 700), at = random.Next(Math.Min(size, other));
            byte[][] a = Entries(size, int.MaxValue), b = Entries(other, at);
            foreach (int bits in (int[])[Bisection.Binary, Bisection.Sixteen])
            {
                FirstDifference found = Bisection.Find(new MemoryLog(a), new MemoryLog(b), bits);
                Assert.Equal((ulong)at, found.Index);
                Assert.False(found.IsPrefix);
                int height = (int)Math.Ceiling(Math.Log2(Math.Min(size, other)));
                Assert.InRange(found.Rounds, 1, Math.Max(1, (height + bits - 1) / bits));
            }
        }
    }

    [Fact]
    public void A_prefix_is_known_in_one_round()
    {
        foreach ((int size, int other) in ((int, int)[])[(5, 5), (700, 513), (1, 9), (256, 512), (0, 4)])
        {
            FirstDifference found = Bisection.Find(new MemoryLog(Entries(size, int.MaxValue)), new MemoryLog(Entries(other, int.MaxValue)), Bisection.Sixteen);
            Assert.Equal(new FirstDifference((ulong)Math.Min(size, other), true, size == 0 ? 0 : 1), found);
        }
    }

    [Fact]
    public void Four_million_records_take_22_rounds_of_two_roots_or_6_of_sixteen()
    {
        var (a, b) = (new Sparse(1 << 22, 3_141_592), new Sparse(1 << 22, ulong.MaxValue));
        Assert.Equal(new FirstDifference(3_141_592, false, 22), Bisection.Find(a, b, Bisection.Binary));
        Assert.Equal(new FirstDifference(3_141_592, false, 6), Bisection.Find(a, b, Bisection.Sixteen));
    }

    [Fact]
    public void Tiles_give_what_the_log_gives()
    {
        byte[][] entries = Entries(1000, int.MaxValue), changed = Entries(900, 777);
        using var folder = new TempFolder();
        var writer = new TileWriter(folder["tiles"]);
        Array.ForEach(entries, e => writer.Append(e));
        writer.Finish();
        var memory = new MemoryLog(entries);
        var tiles = new TileLog(new FolderTiles(folder["tiles"]), memory.Checkpoint, default);
        Assert.Equal(new FirstDifference(777, false, 3), Bisection.Find(tiles, new MemoryLog(changed), Bisection.Sixteen));
        Assert.Equal(entries[777], tiles.Entry(777));
        Assert.True(tiles.TryFind(Merkle.LeafHash(entries[300]), 777, out ulong index));
        Assert.Equal(300ul, index);
        Assert.Equal(Multiproof.Build(memory, 1000, [3, 777, 999]), Multiproof.Build(tiles, 1000, [3, 777, 999]));
    }

    [Fact]
    public void Who_gives_other_roots_than_were_signed_forfeits()
    {
        byte[][] entries = Entries(300, int.MaxValue);
        var liar = new Liar(new MemoryLog(entries));
        CannotOpenException e = Assert.Throws<CannotOpenException>(() => Bisection.Find(new MemoryLog(Entries(300, 10)), liar, Bisection.Sixteen));
        Assert.Same(liar, e.Log);
    }

    [Fact]
    public void A_proof_for_several_entries_leads_to_the_root_and_no_other_does()
    {
        byte[][] entries = Entries(77, int.MaxValue);
        var log = new MemoryLog(entries);
        ulong[] indices = [0, 5, 6, 64, 76];
        Digest[] leaves = [.. indices.Select(i => Merkle.LeafHash(entries[i]))], proof = Multiproof.Build(log, 77, indices);
        Assert.True(Multiproof.TryRoot(77, indices, leaves, proof, out Digest root));
        Assert.Equal(log.Checkpoint.Root, root);
        Assert.False(Multiproof.TryRoot(77, indices, leaves, proof.AsSpan(1), out _));
        Assert.False(Multiproof.TryRoot(77, indices, leaves, [.. proof, default], out _));
        Assert.False(Multiproof.TryRoot(77, [0, 5, 6, 64, 75], leaves, proof, out root) && root == log.Checkpoint.Root);
        Assert.False(Multiproof.TryRoot(78, indices, leaves, proof, out root) && root == log.Checkpoint.Root);
        Assert.False(Multiproof.TryRoot(ulong.MaxValue, indices, leaves, proof, out _));
    }

    private static byte[][] Entries(int size, int differsFrom) => [.. Enumerable.Range(0, size).Select(i => BitConverter.GetBytes(i >= differsFrom ? ~i : i))];

    /// <summary>A log of equal entries but for one.</summary>
    private sealed class Sparse : IDisputedLog
    {
        private readonly ulong _odd;
        private readonly Dictionary<ulong, Digest> _equal = [];

        public Sparse(ulong size, ulong odd)
        {
            _odd = odd;
            Checkpoint = new Checkpoint("sparse", size, RootOf(0, size));
        }

        public Checkpoint Checkpoint { get; }

        public ReadOnlyMemory<byte> Note => default;

        public Digest RootOf(ulong first, ulong count)
        {
            bool odd = _odd >= first && _odd < first + count;
            if (!odd && _equal.TryGetValue(count, out Digest known))
            {
                return known;
            }

            ulong k = count > 1 ? RangeWalk.Split(count) : 0;
            Digest root = count == 1 ? Merkle.LeafHash([odd ? (byte)1 : (byte)0]) : Merkle.NodeHash(RootOf(first, k), RootOf(first + k, count - k));
            return odd ? root : _equal[count] = root;
        }

        public byte[] Entry(ulong index) => throw new NotSupportedException();

        public bool TryFind(Digest leafHash, ulong before, out ulong index) => throw new NotSupportedException();
    }

    /// <summary>Signed one tree and answers from another.</summary>
    private sealed class Liar(MemoryLog log) : IDisputedLog
    {
        public Checkpoint Checkpoint => log.Checkpoint;

        public ReadOnlyMemory<byte> Note => default;

        public Digest RootOf(ulong first, ulong count) => first == 0 && count == 16 ? default : log.RootOf(first, count);

        public byte[] Entry(ulong index) => log.Entry(index);

        public bool TryFind(Digest leafHash, ulong before, out ulong index) => log.TryFind(leafHash, before, out index);
    }
}

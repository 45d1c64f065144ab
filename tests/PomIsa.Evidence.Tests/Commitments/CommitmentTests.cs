using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Commitments;

public class CommitmentTests
{
    private static byte[] Sha(params byte[][] parts) => SHA256.HashData(parts.SelectMany(static p => p).ToArray());

    [Fact]
    public void A_small_matrix_is_committed_as_the_spec_spells_it()
    {
        byte[] bytes = Bytes.Of(1, 2 * 1028);
        byte[][] rows = [bytes[..1028], bytes[1028..]];
        byte[][] roots = [.. rows.Select(static row => Sha([1], Sha([0], row[..1024]), Sha([0], row[1024..])))];
        byte[] root = Sha([1], roots[0], roots[1]);
        Digest expected = new(Sha([2, 9, 2, 2, 0, 0, 0, 1, 1, 0, 0], root));
        Assert.Equal(expected, Commitment.Of(9, [2, 257], bytes));
    }

    [Fact]
    public void A_vector_is_one_row_and_so_is_a_scalar()
    {
        byte[] bytes = Bytes.Of(2, 40);
        Digest leaf = Merkle.LeafHash(bytes);
        Assert.Equal(Commitment.OfRoot(1, [10], leaf), Commitment.Of(1, [10], bytes));
        Assert.Equal(Commitment.OfRoot(1, [], Merkle.LeafHash(bytes.AsSpan(0, 4))), Commitment.Of(1, [], bytes.AsSpan(0, 4)));
        Assert.Equal(Commitment.OfRoot(1, [1, 10], leaf), Commitment.Of(1, [1, 10], bytes));
        Assert.NotEqual(Commitment.Of(1, [1, 10], bytes), Commitment.Of(1, [10], bytes));
    }

    [Fact]
    public void Nothing_has_the_empty_root()
    {
        Assert.Equal(Commitment.OfRoot(1, [0, 5], Merkle.EmptyRoot), Commitment.Of(1, [0, 5], []));
        Assert.Equal(Commitment.OfRoot(1, [0], Merkle.EmptyRoot), Commitment.Of(1, [0], []));
        Assert.Equal(Commitment.OfRoot(1, [2, 0], Merkle.NodeHash(Merkle.EmptyRoot, Merkle.EmptyRoot)), Commitment.Of(1, [2, 0], []));
    }

    [Fact]
    public void A_row_has_one_root_alone_and_in_a_batch()
    {
        byte[] bytes = Bytes.Of(3, 3 * 5000);
        Digest[] roots = [.. Enumerable.Range(0, 3).Select(i => Commitment.RowRoot(bytes.AsSpan(i * 5000, 5000)))];
        Assert.Equal(Commitment.OfRoot(1, [3, 1250], Merkle.Root(roots)), Commitment.Of(1, [3, 1250], bytes));
    }

    [Property(MaxTest = 40)]
    public Property Batches_equal_the_reference()
    {
        Gen<int[]> shape = Gen.Choose(0, 4).SelectMany(rank => Gen.ArrayOf(Gen.Frequency((8, Gen.Choose(1, 9)), (1, Gen.Choose(0, 1)), (2, Gen.Choose(250, 700))), rank));
        Gen<int[][]> shapes = shape.Where(static s => s.Aggregate(1L, static (a, b) => a * b) < 30_000).ListOf().Select(static list => list.ToArray());
        return Prop.ForAll(shapes.ToArbitrary(), static tensors =>
        {
            var batch = new CommitmentBatch();
            for (int round = 0; round < 2; round++)
            {
                var expected = new List<Digest>();
                for (int i = 0; i < tensors.Length; i++)
                {
                    int[] dims = tensors[(i + round) % tensors.Length];
                    byte[] bytes = Bytes.Of(i + round, (i % 2 == 0 ? 4 : 1) * dims.Aggregate(1, static (a, b) => a * b));
                    Assert.Equal(i, batch.Add((byte)i, dims, bytes));
                    expected.Add(Commitment.Of((byte)i, dims, bytes));
                    Array.Clear(bytes);
                }

                var digests = new Digest[tensors.Length];
                Assert.Equal(tensors.Length, batch.Flush(digests));
                Assert.Equal(expected, digests);
                Assert.Equal(0, batch.Count);
            }
        });
    }

    [Fact]
    public void A_product_is_rows_of_scale_and_accumulators()
    {
        const int T = 5, N = 300;
        byte[] scales = Bytes.Of(4, 4 * T);
        byte[] accumulators = Bytes.Of(5, 4 * T * N);
        byte[] rows = [.. Enumerable.Range(0, T).SelectMany(t => scales[(4 * t)..(4 * (t + 1))].Concat(accumulators[(4 * N * t)..(4 * N * (t + 1))]))];
        var batch = new CommitmentBatch();
        batch.AddProduct(Commitment.W8Product, T, N, scales, accumulators);
        var digests = new Digest[1];
        batch.Flush(digests);
        Assert.Equal(Commitment.Of(Commitment.W8Product, [T, N], rows), digests[0]);
        Assert.Throws<ArgumentException>(() => batch.AddProduct(Commitment.W8Product, T, N, scales, accumulators.AsSpan(4)));
        Assert.Throws<ArgumentException>(() => batch.AddProduct(Commitment.W8Product, T, N, scales.AsSpan(4), accumulators));
        Assert.Equal(0, batch.AddProduct(Commitment.W8Product, 0, N, [], []));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 31)]
    [InlineData(5, 1020)]
    [InlineData(2, 1021)]
    [InlineData(17, 1536)]
    public void Quantized_rows_are_rows_of_scale_and_integers(int rows, int columns)
    {
        byte[] scales = Bytes.Of(4, 4 * rows), integers = Bytes.Of(5, rows * columns);
        byte[] all = [.. Enumerable.Range(0, rows).SelectMany(t => scales[(4 * t)..(4 * (t + 1))].Concat(integers[(columns * t)..(columns * (t + 1))]))];
        byte[] offset = [.. integers.Select(static i => (byte)(i + 128))];
        var batch = new CommitmentBatch();
        batch.AddRows(Commitment.QuantizedRows, rows, columns, scales, integers, 0);
        batch.AddRows(Commitment.QuantizedRows, rows, columns, scales, offset, 0x80);
        Assert.Equal(2L * rows * (4 + columns), batch.PendingBytes);
        var digests = new Digest[2];
        batch.Flush(digests);
        Digest expected = Commitment.Of(Commitment.QuantizedRows, [rows, columns], all);
        Assert.Equal([expected, expected], digests);
        Assert.Throws<ArgumentException>(() => batch.AddRows(Commitment.QuantizedRows, rows, columns, scales, integers.AsSpan(1), 0));
        Assert.Throws<ArgumentException>(() => batch.AddRows(Commitment.QuantizedRows, rows, columns, scales.AsSpan(1), integers, 0));
        Assert.Equal(0, batch.AddRows(Commitment.QuantizedRows, 0, columns, [], [], 0));
    }

    [Fact]
    public void The_page_has_the_commitment_to_a_quantized_row()
    {
        var batch = new CommitmentBatch();
        batch.AddRows(Commitment.QuantizedRows, 1, 4, [0x04, 0x02, 0x81, 0x3c], [0x40, 0xe0, 0x00, 0x7f], 0);
        var digests = new Digest[1];
        batch.Flush(digests);
        Assert.Equal("3433a3b87dd475778aa402627299fc7a426b37eb8a839bef11a358d066fdf2d6", digests[0].ToString());
    }

    [Fact]
    public void Every_input_to_a_commitment_changes_it()
    {
        byte[] bytes = Bytes.Of(6, 4 * 600);
        Digest original = Commitment.Of(1, [2, 300], bytes);
        Assert.NotEqual(original, Commitment.Of(2, [2, 300], bytes));
        Assert.NotEqual(original, Commitment.Of(1, [1, 600], bytes));
        Assert.NotEqual(original, Commitment.Of(1, [2, 300, 1], bytes));
        for (int i = 0; i < bytes.Length; i += 97)
        {
            bytes[i] ^= 1;
            Assert.NotEqual(original, Commitment.Of(1, [2, 300], bytes));
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void A_warm_batch_allocates_nothing()
    {
        var batch = new CommitmentBatch();
        byte[] bytes = MemoryMarshal.AsBytes(new float[4 * 512].AsSpan()).ToArray();
        var digests = new Digest[40];
        long before = 0;
        for (int round = 0; round < 6; round++)
        {
            before = round == 5 ? GC.GetAllocatedBytesForCurrentThread() : 0;
            for (int i = 0; i < 40; i++)
            {
                batch.Add(1, [4, 512], bytes);
            }

            batch.Flush(digests);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Shapes_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Commitment.Of(1, [3, 2], new byte[10]));
        Assert.Throws<ArgumentException>(() => Commitment.Of(1, [0, 2], new byte[10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Commitment.Of(1, [-1], []));
        Assert.Throws<ArgumentException>(() => Commitment.Of(1, [1, 1, 1, 1, 1, 1, 1, 1, 1], new byte[1]));
    }

    [Fact]
    public void Heads_side_by_side_are_those_one_by_one()
    {
        Digest[] roots = Bytes.Digests(8, 37), many = new Digest[37];
        foreach (int[] dimensions in (int[][])[[], [5], [1, 576], [1, 2, 3, 4, 5, 6, 7, 8]])
        {
            CommitmentHeads.OfRoots(1, dimensions, roots, many);
            Assert.Equal(roots.Select(r => Commitment.OfRoot(1, dimensions, r)), many);
        }
    }
}

using PomIsa.Evidence.Commitments;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Commitments;

public unsafe class QuantaTests
{
    private static readonly int[][] Shapes = [[1, 576], [1, 1536], [7, 300], [49_152], [], [0, 3], [2, 0], [3, 5, 2], [1, 1], [40, 256]];

    [Fact]
    public void Quanta_hashed_on_many_threads_in_any_order_give_what_a_flush_gives()
    {
        var batch = new CommitmentBatch();
        Digest[] expected = Fill(batch), digests = new Digest[expected.Length];
        batch.Clear();
        for (int round = 0; round < 20; round++)
        {
            Fill(batch);
            int quanta = batch.Close();
            Assert.True(quanta > 4);
            int[] order = [.. Enumerable.Range(0, quanta)];
            new Random(round).Shuffle(order);
            Parallel.ForEach(order, quantum => batch.HashQuantum(quantum));
            Assert.Equal(expected.Length, batch.Finish(digests));
            Assert.Equal(expected, digests);
            Array.Clear(digests);
        }
    }

    [Fact]
    public void What_a_thread_does_between_two_blocks_changes_nothing()
    {
        CommitmentBatch batch = new(), other = new();
        Digest[] expected = Fill(batch), digests = new Digest[expected.Length];
        int calls = 0;
        void Between()
        {
            calls++;
            other.Add(7, [1, 300], new byte[1200]);
            other.Flush(new Digest[1]);
        }

        int quanta = batch.Close();
        for (int i = 0; i < quanta; i++)
        {
            batch.HashQuantum(i, Between);
        }

        Assert.True(calls >= (Sha256Lanes.IsAccelerated ? 16 * 12 : 12));
        calls = 0;
        batch.Finish(digests, Between);
        Assert.True(calls > 8);
        Assert.Equal(expected, digests);
    }

    [Fact]
    public void Tensors_hashed_where_they_lie_have_the_same_commitments()
    {
        byte[] tensor = Bytes.Of(1, 4 * 5 * 700);
        int[] widths = [1, 255, 256, 511, 700];
        fixed (byte* t = tensor)
        {
            foreach (int rows in new[] { 1, 5 })
            {
                foreach (int columns in widths)
                {
                    CommitmentBatch copied = new(), inPlace = new();
                    int length = 4 * rows * columns;
                    copied.Add(1, [rows, columns], tensor.AsSpan(0, length));
                    inPlace.AddInPlace(1, [rows, columns], t, length);
                    inPlace.Add(1, [rows, columns], tensor.AsSpan(0, length));
                    Assert.Equal(copied.PendingBytes + length, inPlace.PendingBytes);
                    Digest[] a = new Digest[1], b = new Digest[2];
                    copied.Flush(a);
                    inPlace.Flush(b);
                    Assert.Equal([.. a, a[0]], b);
                }
            }
        }
    }

    [Fact]
    public void A_batch_is_closed_finished_and_open_again_in_that_order()
    {
        var batch = new CommitmentBatch();
        var digests = new Digest[1];
        Assert.Throws<InvalidOperationException>(() => batch.Finish(digests));
        batch.Add(1, [2], new byte[8]);
        Assert.Equal(1, batch.Close());
        Assert.Throws<InvalidOperationException>(() => batch.Add(1, [2], new byte[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.HashQuantum(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.HashQuantum(-1));
        batch.HashQuantum(0);
        Assert.Throws<ArgumentException>(() => batch.Finish([]));
        Assert.Equal(1, batch.Finish(digests));
        Assert.Equal(Commitment.Of(1, [2], new byte[8]), digests[0]);
        Assert.Equal(0, batch.Close());
        Assert.Equal(0, batch.Finish([]));
    }

    [Fact]
    public void Spread_work_allocates_nothing_once_warm()
    {
        var batch = new CommitmentBatch();
        byte[] bytes = Bytes.Of(9, 4 * 6 * 512), scales = Bytes.Of(8, 24);
        var digests = new Digest[60];
        long before = 0;
        fixed (byte* at = bytes)
        {
            for (int round = 0; round < 6; round++)
            {
                before = round == 5 ? GC.GetAllocatedBytesForCurrentThread() : 0;
                for (int i = 0; i < 20; i++)
                {
                    batch.Add(1, [6, 512], bytes);
                    batch.AddInPlace(1, [1, 3072], at, bytes.Length);
                    batch.AddProduct(Commitment.W8Product, 6, 512, scales, bytes);
                }

                int quanta = batch.Close();
                for (int i = 0; i < quanta; i++)
                {
                    batch.HashQuantum(i);
                }

                batch.Finish(digests);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Adds all shapes; the commitments as the reference has them.
    private static Digest[] Fill(CommitmentBatch batch)
    {
        var expected = new Digest[Shapes.Length];
        for (int i = 0; i < Shapes.Length; i++)
        {
            byte[] bytes = Bytes.Of(i, 4 * Shapes[i].Aggregate(1, static (a, b) => a * b));
            expected[batch.Add((byte)i, Shapes[i], bytes)] = Commitment.Of((byte)i, Shapes[i], bytes);
        }

        return expected;
    }
}

using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;

namespace PomIsa.Evidence.Tests.Commitments;

public unsafe class RowsCommitmentTests
{
    // Rows of one block, of blocks that come out even or have one byte more, of many blocks; groups of sixteen rows, and some that are not full.
    private static readonly (int Rows, int Columns)[] Shapes =
        [(1, 0), (1, 1), (3, 60), (16, 576), (17, 1020), (33, 1021), (40, 1536), (15, 2044), (2, 2045), (5, 3068), (1, 9000), (18, 4864)];

    [Fact]
    public void Rows_hashed_sixteen_at_a_time_in_any_order_have_the_commitment_of_the_tensor()
    {
        var rows = new RowsCommitment();
        foreach (((int count, int columns), int i) in Shapes.Select(static (shape, i) => (shape, i)))
        {
            byte flip = (byte)(i % 2 == 0 ? 0x80 : 0);
            byte[] scales = Bytes.Of(i, sizeof(float) * count), integers = Bytes.Of(-i, count * columns);
            byte[] expected = [.. Enumerable.Range(0, count).SelectMany(row => (IEnumerable<byte>)
                [.. scales[(4 * row)..((4 * row) + 4)], .. integers[(row * columns)..((row + 1) * columns)].Select(q => (byte)(q ^ flip))])];
            fixed (byte* s = scales, q = &MemoryMarshal.GetArrayDataReference(integers))
            {
                rows.Begin(count, columns, (float*)s, q, flip);
                int[] order = [.. Enumerable.Range(0, rows.Quanta)];
                new Random(i).Shuffle(order);
                Parallel.ForEach(order, quantum => rows.HashQuantum(quantum));
            }

            Assert.Equal(Commitment.Of(Commitment.QuantizedRows, [count, columns], expected), rows.Finish());
        }
    }

    [Fact]
    public void No_rows_are_none_of_its_business() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowsCommitment().Begin(0, 4, null, null, 0));
}

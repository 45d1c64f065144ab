using PomIsa.Evidence.Commitments;

namespace PomIsa.Evidence.Tests.Commitments;

public class RootBatchTests
{
    private static readonly int[][] Shapes = [[16, 576], [1, 3], [5, 2, 2], [0, 4], [300], [], [33, 1]];

    [Fact]
    public void Tensors_whose_rows_roots_are_known_have_the_commitments_of_their_bytes()
    {
        var batch = new RootBatch();
        for (int round = 0; round < 3; round++)
        {
            var expected = new List<Digest>();
            for (int i = 0; i < 20; i++)
            {
                int[] shape = Shapes[(i + round) % Shapes.Length];
                int rows = shape.Length >= 2 ? shape[0] : 1, length = 4 * shape.Aggregate(1, static (a, d) => a * d);
                byte[] tensor = Bytes.Of(i, length);
                Digest[] roots = [.. Enumerable.Range(0, rows).Select(r => Commitment.RowRoot(tensor.AsSpan(r * (length / rows), length / rows)))];
                batch.Add((byte)i, shape, roots);
                expected.Add(Commitment.Of((byte)i, shape, tensor));
            }

            Assert.Equal(20, batch.Count);
            Digest[] found = new Digest[20];
            Assert.Throws<ArgumentException>(() => batch.Finish(new Digest[19]));
            Assert.Equal(20, batch.Finish(found));
            Assert.Equal(expected, found);
            Assert.Equal((0, 0), (batch.Count, batch.Roots));
        }
    }

    [Fact]
    public void Roots_are_as_many_as_rows()
    {
        var batch = new RootBatch();
        Assert.Throws<ArgumentException>(() => batch.Add(1, [2, 3], new Digest[1]));
        Assert.Throws<ArgumentException>(() => batch.Add(1, [3], []));
        Assert.Throws<ArgumentException>(() => batch.Add(1, new int[9], new Digest[1]));
        Assert.Equal(0, batch.Count);
    }
}

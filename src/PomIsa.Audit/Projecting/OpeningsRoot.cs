using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Audit.Projecting;

/// <summary>The root over a file of openings, its blocks as the leaves of one tree: a seed that follows from what was opened, so that nobody need be trusted to have drawn it.</summary>
internal static unsafe class OpeningsRoot
{
    /// <summary>Bytes that a thread hashes at a time: of so many blocks that their root is a node of the whole file's tree.</summary>
    private const int PartBytes = Commitment.BlockBytes << 10;

    public static Digest Of(OpeningFile file, WorkerPool pool)
    {
        var roots = new Digest[((file.Length - 1) / PartBytes) + 1];
        CommitmentBatch[] batches = [.. Enumerable.Range(0, pool.Threads).Select(static _ => new CommitmentBatch())];
        pool.Run(roots.Length, new PartWork(file, roots, batches));
        return Merkle.Root(roots);
    }

    private readonly struct PartWork(OpeningFile file, Digest[] roots, CommitmentBatch[] batches) : IWork
    {
        public void Item(int item, int worker)
        {
            long start = (long)item * PartBytes;
            ReadOnlySpan<byte> part = file.Part(start, (int)Math.Min(PartBytes, file.Length - start));
            CommitmentBatch batch = batches[worker];
            fixed (byte* bytes = part)
            {
                batch.AddInPlace(0, [part.Length], bytes, part.Length);
                for (int quanta = batch.Close(), i = 0; i < quanta; i++)
                {
                    batch.HashQuantum(i);
                }
            }

            batch.FinishRows(roots.AsSpan(item, 1));
        }
    }
}

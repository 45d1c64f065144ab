using System.Security.Cryptography;
using PomIsa.Exhaustive.Oracles;
using PomIsa.Kernels;

namespace PomIsa.Exhaustive.Tables;

/// <summary>What a check of a whole table came to.</summary>
/// <param name="Digest">SHA-256 of the table.</param>
/// <param name="Decided">Inputs that multi-precision decided.</param>
/// <param name="WrongCount">Wrong outputs.</param>
/// <param name="Wrong">The first of them.</param>
internal sealed record TableResult(Digest Digest, long Decided, long WrongCount, IReadOnlyList<WrongOutput> Wrong);

/// <summary>Compares a function's outputs, for chunk after chunk of all f32, with its oracle, and hashes them.</summary>
/// <remarks>
/// A chunk whose outputs have a digest that the state knows as right needs no second look: so a run that was cut off goes on where it
/// stopped once it has recomputed, in seconds, what the hash of the whole needs; and a kernel that changed since is looked at again
/// wherever its outputs did.
/// </remarks>
internal static class CheckedTable
{
    /// <exception cref="OperationCanceledException">Stopped; the state holds all chunks that are done.</exception>
    public static TableResult Run(SpanFunction map, Oracle oracle, CheckState state, int threads, Progress progress, CancellationToken stop, int chunks = TableSpace.Chunks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var wrong = new List<WrongOutput>();
        Pipeline.Run(
            chunks,
            threads,
            static () => new ChunkWork(),
            (chunk, work, cancel) => work.Do(chunk, map, oracle, state, progress, cancel),
            (chunk, work) =>
            {
                hash.AppendData(work.Space.Bytes(TableSpace.ChunkLength));
                wrong.AddRange(work.Wrong.Take(Tally.Kept - wrong.Count));
                state.Store(chunk, work.Result);
            },
            stop);
        return new TableResult(new Digest(hash.GetHashAndReset()), state.Sum(static c => c.Decided), state.Sum(static c => c.Wrong), wrong);
    }

    /// <summary>One thread's chunk.</summary>
    private sealed class ChunkWork : IDisposable
    {
        public TableSpace Space { get; } = new();

        public ChunkResult Result { get; private set; } = new("", 0, 0);

        public List<WrongOutput> Wrong { get; private set; } = [];

        public void Do(int chunk, SpanFunction map, Oracle oracle, CheckState state, Progress progress, CancellationToken stop)
        {
            TableDigest.Blocks<AllInputs>(chunk, (first, at, length) =>
            {
                stop.ThrowIfCancellationRequested();
                AllInputs.Fill(first, Space.Inputs(length));
                map(Space.Inputs(length), Space.Outputs(at, length));
            });
            string digest = Digest.Of(Space.Bytes(TableSpace.ChunkLength)).ToString();
            Wrong = [];
            if (state.Find(chunk) is { Wrong: 0 } known && known.Digest == digest)
            {
                Result = known;
                progress.Skip(TableSpace.ChunkLength);
                return;
            }

            var tally = new Tally();
            TableDigest.Blocks<AllInputs>(chunk, (first, at, length) =>
            {
                stop.ThrowIfCancellationRequested();
                (long decided, long wrong) = (tally.Decided, tally.WrongCount);
                AllInputs.Fill(first, Space.Inputs(length));
                oracle.Check(Space.Inputs(length), Space.Outputs(at, length), tally);
                progress.Add(length, tally.Decided - decided, tally.WrongCount - wrong);
            });
            (Result, Wrong) = (new ChunkResult(digest, tally.Decided, tally.WrongCount), tally.Wrong);
        }

        public void Dispose() => Space.Dispose();
    }
}

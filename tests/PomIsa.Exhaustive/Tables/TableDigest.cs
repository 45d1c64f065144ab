using System.Security.Cryptography;
using PomIsa.Kernels;

namespace PomIsa.Exhaustive.Tables;

/// <summary>SHA-256 of a table of outputs: f32, little-endian, in the order of the inputs.</summary>
internal static class TableDigest
{
    /// <summary>Computes a table of <paramref name="map"/> chunk by chunk and hashes it in order.</summary>
    /// <param name="report">Called with the number of inputs done since the last call.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static Digest Of<T>(SpanFunction map, int threads, Action<long>? report, CancellationToken stop)
        where T : struct, IInputs
    {
        int chunks = (int)((T.Count + TableSpace.ChunkLength - 1) / TableSpace.ChunkLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Pipeline.Run(
            chunks,
            threads,
            static () => new TableSpace(),
            (chunk, space, cancel) => Blocks<T>(chunk, (first, at, length) =>
            {
                cancel.ThrowIfCancellationRequested();
                T.Fill(first, space.Inputs(length));
                map(space.Inputs(length), space.Outputs(at, length));
                report?.Invoke(length);
            }),
            (chunk, space) => hash.AppendData(space.Bytes(LengthOf<T>(chunk))),
            stop);
        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>Inputs in a chunk: the last one may be shorter.</summary>
    public static int LengthOf<T>(int chunk)
        where T : struct, IInputs => (int)Math.Min(TableSpace.ChunkLength, T.Count - ((long)chunk * TableSpace.ChunkLength));

    /// <summary>Calls with the first input, the place in the chunk and the length of every block of a chunk.</summary>
    public static void Blocks<T>(int chunk, Action<long, int, int> block)
        where T : struct, IInputs
    {
        int length = LengthOf<T>(chunk);
        for (int at = 0; at < length; at += TableSpace.BlockLength)
        {
            block(((long)chunk * TableSpace.ChunkLength) + at, at, Math.Min(TableSpace.BlockLength, length - at));
        }
    }
}

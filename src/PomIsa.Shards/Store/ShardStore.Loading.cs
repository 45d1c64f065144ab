using PomIsa.Kernels;
using ChunkSession = FASTER.core.ClientSession<PomIsa.Digest, FASTER.core.SpanByte, FASTER.core.SpanByte, PomIsa.Shards.ChunkTarget, FASTER.core.Empty, PomIsa.Shards.ChunkFunctions>;

namespace PomIsa.Shards;

// Many chunks at once: each thread reads and hashes its own.
public sealed unsafe partial class ShardStore
{
    private const int MostLoaders = 8;

    /// <summary>Fills the places of all chunks, each checked against its digest; the first in order that is missing or wrong is named.</summary>
    /// <param name="loaded">Told the bytes of each chunk that is there, on any thread.</param>
    /// <param name="room">Set when the caller has nothing to do but wait; until then it has one processor for itself. Null: it waits from the start.</param>
    internal bool TryGetAll(ChunkPlace[] chunks, Action<long>? loaded, out int failed, out ShardFault fault, ManualResetEventSlim? room = null)
    {
        lock (_gate)
        {
            CheckUsable();
            var work = new Loading(chunks, loaded);
            int loaders = Math.Clamp(Math.Min(Environment.ProcessorCount, chunks.Length), 1, MostLoaders);
            ThreadTeam.Run(loaders, () =>
            {
                using ChunkSession session = _log.For(new ChunkFunctions()).NewSession<ChunkFunctions>();
                work.Run(session);
            }, loaders == Environment.ProcessorCount ? room : null);
            (failed, fault) = (work.Failed, work.Fault);
            return failed == chunks.Length;
        }
    }

    private static bool ReadExactly(ChunkSession session, Digest digest, Span<byte> destination, out ShardFault fault)
    {
        if (!ReadVerified(session, digest, destination, out int length, out fault))
        {
            return false;
        }

        fault = length == destination.Length ? default : new ShardFault(ShardFaultCode.ChunkLength, digest.ToString());
        return length == destination.Length;
    }

    // Places are taken in order, so whichever thread fails first, all earlier ones are in somebody's hands and the lowest fault counts.
    private sealed class Loading(ChunkPlace[] chunks, Action<long>? loaded)
    {
        private readonly Lock _gate = new();
        private int _next = -1;
        private volatile int _failed = chunks.Length;

        /// <summary>The first chunk that failed; as many as there are chunks where none did.</summary>
        public int Failed => _failed;

        public ShardFault Fault { get; private set; }

        public void Run(ChunkSession session)
        {
            for (int i; (i = Interlocked.Increment(ref _next)) < _failed;)
            {
                ManifestResource resource = chunks[i].Resource;
                if (ReadExactly(session, resource.Digest, new Span<byte>((void*)chunks[i].Destination, checked((int)resource.Length)), out ShardFault fault))
                {
                    loaded?.Invoke(resource.Length);
                    continue;
                }

                lock (_gate)
                {
                    if (i < _failed)
                    {
                        (_failed, Fault) = (i, fault);
                    }
                }
            }
        }
    }
}

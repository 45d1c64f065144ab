using PomIsa.Kernels;
using ChunkSession = FASTER.core.ClientSession<PomIsa.Digest, FASTER.core.SpanByte, FASTER.core.SpanByte, PomIsa.Shards.ChunkTarget, FASTER.core.Empty, PomIsa.Shards.ChunkFunctions>;

namespace PomIsa.Shards;

/// <summary>Many chunks at once: each thread reads some of them into their places and hashes these side by side.</summary>
/// <param name="chunks">The chunks and their places.</param>
/// <param name="addresses">Where each lies in <paramref name="files"/>; a length of -1: not known.</param>
/// <param name="files">The log's files, where chunks are read from them.</param>
/// <param name="newSession">Makes what a thread asks FASTER with.</param>
/// <param name="loaded">Told the bytes of each chunk that is there, on any thread.</param>
internal sealed unsafe class ChunkLoading(ChunkPlace[] chunks, ChunkAddress[] addresses, CommittedLog? files, Func<ChunkSession> newSession, Action<long>? loaded)
{
    private const int Width = Sha256Lanes.Width;

    private readonly Lock _gate = new();
    private int _next;
    private volatile int _failed = chunks.Length;

    /// <summary>The first chunk in order that failed; as many as there are chunks where none did.</summary>
    public int Failed => _failed;

    /// <summary>Why it failed.</summary>
    public ShardFault Fault { get; private set; }

    /// <summary>Loads what others have not taken yet.</summary>
    public void Run()
    {
        byte* hashes = stackalloc byte[Width * Digest.Size];
        HashJob* jobs = stackalloc HashJob[Width];
        ChunkSession? session = null;
        try
        {
            while (TryTake(out int first, out int count))
            {
                // Chunks of their signed length are hashed together; who is another, or is not there, is read again alone and its fault told.
                uint hashed = 0;
                int filled = 0;
                for (int i = 0; i < count; i++)
                {
                    if (TryFill(first + i, ref session))
                    {
                        hashed |= 1u << i;
                        jobs[filled] = new HashJob((byte*)chunks[first + i].Destination, (int)chunks[first + i].Resource.Length, hashes + (filled * Digest.Size));
                        filled++;
                    }
                }

                Sha256Lanes.HashAll(-1, jobs, filled);
                filled = 0;
                for (int i = 0; i < count; i++)
                {
                    bool isWhole = ((hashed >> i) & 1) == 1 && new Digest(new ReadOnlySpan<byte>(jobs[filled++].Hash, Digest.Size)) == chunks[first + i].Resource.Digest;
                    End(first + i, isWhole, ref session);
                }
            }
        }
        finally
        {
            session?.Dispose();
        }
    }

    // Taken in order: whichever thread fails first, all earlier chunks are in somebody's hands and the lowest fault counts.
    private bool TryTake(out int first, out int count)
    {
        lock (_gate)
        {
            first = _next;
            int left = chunks.Length - first;
            count = left >= Width / 2 ? Math.Min(Width, left) : Math.Min(1, left); // the last few are spread over the threads
            _next += count;
            return count > 0 && first < _failed;
        }
    }

    private bool TryFill(int at, ref ChunkSession? session)
    {
        int length = checked((int)chunks[at].Resource.Length);
        if (addresses[at].Length == length)
        {
            return files!.TryRead(addresses[at], new Span<byte>((void*)chunks[at].Destination, length));
        }

        session ??= newSession();
        return ChunkLog.Read(session, chunks[at].Resource.Digest, (byte*)chunks[at].Destination, length, out int there) && there == length;
    }

    private void End(int at, bool isWhole, ref ChunkSession? session)
    {
        ManifestResource resource = chunks[at].Resource;
        ShardFault fault = default;
        if (!isWhole)
        {
            session ??= newSession();
            isWhole = ChunkLog.ReadExactly(session, resource.Digest, new Span<byte>((void*)chunks[at].Destination, (int)resource.Length), out fault);
        }

        if (isWhole)
        {
            loaded?.Invoke(resource.Length);
            return;
        }

        lock (_gate)
        {
            if (at < _failed)
            {
                (_failed, Fault) = (at, fault);
            }
        }
    }
}

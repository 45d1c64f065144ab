using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Commitments;

/// <summary>Messages of up to <see cref="Commitment.BlockBytes"/> bytes that wait to be hashed, each with the place its hash goes to.</summary>
internal sealed class HashJobs
{
    private readonly int[] _starts = new int[Commitment.BlockBytes + 2];
    private Job[] _jobs = new Job[256];
    private Job[] _sorted = new Job[256];
    private int _count;

    internal void Clear() => _count = 0;

    internal void Add(int offset, int length, int place)
    {
        if (_count == _jobs.Length)
        {
            Array.Resize(ref _jobs, 2 * _count);
            Array.Resize(ref _sorted, 2 * _count);
        }

        _jobs[_count++] = new Job(offset, length, place);
    }

    /// <summary>Hashes all jobs, equal lengths together; the order within a length is the order of addition.</summary>
    internal void RunByLength(byte prefix, ReadOnlySpan<byte> messages, Span<byte> hashes)
    {
        // A counting sort: lengths are at most a block's.
        Array.Clear(_starts);
        foreach (ref readonly Job job in _jobs.AsSpan(0, _count))
        {
            _starts[job.Length + 1]++;
        }

        for (int length = 1; length < _starts.Length; length++)
        {
            _starts[length] += _starts[length - 1];
        }

        foreach (ref readonly Job job in _jobs.AsSpan(0, _count))
        {
            _sorted[_starts[job.Length]++] = job;
        }

        int from = 0;
        while (from < _count)
        {
            int to = _starts[_sorted[from].Length];
            Run(prefix, messages, _sorted.AsSpan(from, to - from), hashes);
            from = to;
        }
    }

    /// <summary>Hashes all jobs in the order of addition; all have one length. Messages and hashes may be the same memory.</summary>
    /// <remarks>Sixteen are read before any of them is written, and groups go in order.</remarks>
    internal void RunInOrder(byte prefix, Span<byte> memory) => Run(prefix, memory, _jobs.AsSpan(0, _count), memory);

    private static void Run(byte prefix, ReadOnlySpan<byte> messages, ReadOnlySpan<Job> jobs, Span<byte> hashes)
    {
        Span<int> offsets = stackalloc int[Sha256Lanes.Width];
        Span<byte> group = stackalloc byte[Sha256Lanes.Width * Digest.Size];
        while (!jobs.IsEmpty)
        {
            int lanes = Math.Min(Sha256Lanes.Width, jobs.Length);
            for (int i = 0; i < lanes; i++)
            {
                offsets[i] = jobs[i].Offset;
            }

            Sha256Lanes.HashGroup([prefix], messages, offsets[..lanes], jobs[0].Length, group);
            for (int i = 0; i < lanes; i++)
            {
                group.Slice(i * Digest.Size, Digest.Size).CopyTo(hashes[(jobs[i].Place * Digest.Size)..]);
            }

            jobs = jobs[lanes..];
        }
    }

    private readonly record struct Job(int Offset, int Length, int Place);
}

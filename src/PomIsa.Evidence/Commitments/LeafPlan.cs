using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>The leaves of many rows as messages to hash, longest first, cut into quanta that any thread may take.</summary>
/// <remarks>Lanes run as long as their longest message does, so neighbours should be alike, whichever tensors they come from.</remarks>
internal sealed unsafe class LeafPlan
{
    /// <summary>Blocks of SHA-256 that sixteen lanes go through in one quantum, at least: a group of whole blocks, 5 µs. A loop that begins meanwhile waits no longer.</summary>
    private const int QuantumBlocks = 17;

    private static readonly int s_most = Sha256Lanes.Blocks(1 + Commitment.BlockBytes);

    private readonly int[] _next = new int[s_most + 1];
    private readonly PinnedArray<HashJob> _jobs = new(256);
    private readonly PinnedArray<int> _starts = new(64);
    private int _count;

    /// <summary>Quanta after <see cref="Cut"/>.</summary>
    internal int Quanta { get; private set; }

    internal void Clear()
    {
        Array.Clear(_next);
        _count = Quanta = 0;
    }

    /// <summary>Counts so many leaves of a length beforehand, 1 to 1024 bytes.</summary>
    internal void Expect(int leaves, int length)
    {
        _next[Blocks(length)] += leaves;
        _count = checked(_count + leaves);
    }

    /// <summary>After everything was counted, gives each length its place.</summary>
    internal void Arrange()
    {
        _jobs.Reserve(_count, 0);
        int at = 0;
        for (int blocks = s_most; blocks > 0; blocks--)
        {
            (_next[blocks], at) = (at, at + _next[blocks]);
        }
    }

    /// <summary>Enters a leaf that was counted.</summary>
    internal void Enter(byte* leaf, int length, byte* hash) => _jobs[_next[Blocks(length)]++] = new HashJob(leaf, length, hash);

    /// <summary>After everything was entered, decides what a quantum is.</summary>
    internal void Cut()
    {
        _starts.Reserve((_count / Sha256Lanes.Width) + 2, 0);
        int quanta = 0, blocks = QuantumBlocks;
        for (int group = 0; group < _count; group += Sha256Lanes.Width)
        {
            if (blocks >= QuantumBlocks)
            {
                _starts[quanta++] = group;
                blocks = 0;
            }

            blocks += Blocks(_jobs[group].Length);
        }

        _starts[quanta] = _count;
        Quanta = quanta;
    }

    /// <summary>Hashes one quantum's leaves; different quanta at once on different threads.</summary>
    internal void Hash(int quantum, Action? between)
    {
        int start = _starts[quantum];
        Sha256Lanes.HashAll(Merkle.LeafPrefix, _jobs.Start + start, _starts[quantum + 1] - start, between);
    }

    private static int Blocks(int length) => Sha256Lanes.Blocks(1 + length);
}

using System.Buffers.Binary;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Privacy;

/// <summary>Puts many outputs of a run under salt at once, side by side in vector lanes; equal to <see cref="RunSecret.Salt"/> and <see cref="Salted"/> bit for bit.</summary>
/// <remarks>Outputs are added, then <see cref="Finish"/> does the work. Buffers are used again: nothing is allocated in the steady state. For one thread at a time.</remarks>
public sealed unsafe class SaltBatch
{
    // HMAC's key in its two pads is one block of each message; the inner hash is the outer message's end, the salt the last message's.
    private const int Pad = 64, Inner = Pad + sizeof(ulong) + 1, Outer = Pad + Digest.Size, Last = 1 + (2 * Digest.Size);
    private const int InnerStride = 80, LastStride = 72;
    private const byte InnerPad = 0x36, OuterPad = 0x5c;

    private readonly PinnedArray<byte> _inner = new(InnerStride);
    private readonly PinnedArray<byte> _outer = new(Outer);
    private readonly PinnedArray<byte> _last = new(LastStride);
    private readonly PinnedArray<byte> _hashes = new(Digest.Size);
    private readonly PinnedArray<int> _lengths = new(1);
    private readonly PinnedArray<HashJob> _jobs = new(16);
    private readonly byte[] _innerPad = new byte[Pad];
    private readonly byte[] _outerPad = new byte[Pad];
    private int _prepared;

    /// <summary>A batch for one run.</summary>
    public SaltBatch(RunSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        for (int i = 0; i < Pad; i++)
        {
            byte key = i < RunSecret.Bytes ? secret.Key[i] : (byte)0;
            (_innerPad[i], _outerPad[i]) = ((byte)(key ^ InnerPad), (byte)(key ^ OuterPad));
        }
    }

    /// <summary>Outputs that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a commitment that an action made.</summary>
    /// <param name="sequence">The action.</param>
    /// <param name="output">Index among its outputs.</param>
    /// <param name="commitment">To be put under salt.</param>
    public void Add(ulong sequence, int output, Digest commitment) => commitment.CopyTo(Enter(sequence, output, Salted.CommitmentPrefix, Digest.Size));

    /// <summary>Adds a scalar that an action pushed.</summary>
    /// <param name="sequence">The action.</param>
    /// <param name="output">Index among its outputs.</param>
    /// <param name="scalar">To be put under salt.</param>
    public void Add(ulong sequence, int output, long scalar) => BinaryPrimitives.WriteInt64LittleEndian(Enter(sequence, output, Salted.ScalarPrefix, sizeof(long)), scalar);

    /// <summary>Writes the outputs under salt, in the order of addition, and empties the batch.</summary>
    /// <param name="salted">At least <see cref="Count"/> places.</param>
    /// <param name="between">Called again and again meanwhile, where it is given.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">Too few places.</exception>
    public int Finish(Span<Digest> salted, Action? between = null)
    {
        if (salted.Length < Count)
        {
            throw new ArgumentException($"{Count} outputs don't fit into {salted.Length} places.", nameof(salted));
        }

        _jobs.Reserve(Count, 0);
        for (int i = 0; i < Count; i++)
        {
            _jobs[i] = new HashJob(_inner.Start + (i * InnerStride), Inner, _outer.Start + (i * Outer) + Pad);
        }

        Sha256Lanes.HashAll(-1, _jobs.Start, Count, between);
        for (int i = 0; i < Count; i++)
        {
            _jobs[i] = new HashJob(_outer.Start + (i * Outer), Outer, _last.Start + (i * LastStride) + 1);
        }

        Sha256Lanes.HashAll(-1, _jobs.Start, Count, between);
        for (int i = 0; i < Count; i++)
        {
            _jobs[i] = new HashJob(_last.Start + (i * LastStride), _lengths[i], _hashes.Start + (i * Digest.Size));
        }

        Sha256Lanes.HashAll(-1, _jobs.Start, Count, between);
        for (int i = 0; i < Count; i++)
        {
            salted[i] = new Digest(_hashes.Span(i * Digest.Size, Digest.Size));
        }

        int written = Count;
        Count = 0;
        return written;
    }

    // What follows the salt in the last message.
    private Span<byte> Enter(ulong sequence, int output, byte prefix, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)output, byte.MaxValue);
        Prepare(Count + 1);
        Span<byte> inner = _inner.Span((Count * InnerStride) + Pad, Inner - Pad);
        BinaryPrimitives.WriteUInt64LittleEndian(inner, sequence);
        inner[^1] = (byte)output;
        Span<byte> last = _last.Span(Count * LastStride, Last);
        last[0] = prefix;
        _lengths[Count++] = 1 + Digest.Size + length;
        return last.Slice(1 + Digest.Size, length);
    }

    // Room, with the pads in their places.
    private void Prepare(int count)
    {
        if (count <= _prepared)
        {
            return;
        }

        int room = Math.Max(64, 2 * _prepared), used = _prepared;
        _inner.Reserve((long)room * InnerStride, used * InnerStride);
        _outer.Reserve((long)room * Outer, used * Outer);
        _last.Reserve((long)room * LastStride, used * LastStride);
        _hashes.Reserve((long)room * Digest.Size, 0);
        _lengths.Reserve(room, used);
        for (; _prepared < room; _prepared++)
        {
            _innerPad.CopyTo(_inner.Span(_prepared * InnerStride, Pad));
            _outerPad.CopyTo(_outer.Span(_prepared * Outer, Pad));
        }
    }
}

using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Openings;

/// <summary>A piece of a file of openings: filled by a run's thread, then written by whichever thread is free.</summary>
/// <remarks>
/// Pieces begin in the file at multiples of their size. The system then keeps what is written in large units, which takes the run less time to write and the auditor less to map.
/// </remarks>
internal sealed unsafe class OpeningPiece : BackgroundWork
{
    /// <summary>Bytes that one quantum hands to the system: some 130 µs, in which a loop has a thread less. Small writes take so much longer together that they slow a run more.</summary>
    private const int QuantumBytes = 1 << 19;

    /// <summary>Sums that are packed at once, and bytes that those may take.</summary>
    private const int Together = 16, MostTogether = Together * sizeof(int);

    /// <summary>Bytes of the file that a piece is, but for the last.</summary>
    internal const int Size = 1 << 20;

    /// <summary>Bytes of memory that it needs.</summary>
    internal const int Memory = Size + MostTogether + PackedSums.Past;

    private readonly SafeFileHandle _file;
    private readonly NativeBuffer _memory; // lasts as long as a thread may write of it
    private readonly byte* _bytes;
    private long _at;
    private int _length;

    /// <param name="file">The file.</param>
    /// <param name="memory">Memory that pieces share.</param>
    /// <param name="start">Where in it its own begins.</param>
    internal OpeningPiece(SafeFileHandle file, NativeBuffer memory, long start)
    {
        (_file, _memory) = (file, memory);
        _bytes = memory.Data + start;
    }

    /// <summary>Bytes that were put into it: perhaps some more than its size, which go to the next piece.</summary>
    internal int Used { get; private set; }

    /// <summary>Whether it is full.</summary>
    internal bool IsFull => Used >= Size;

    protected override int Stages => 1;

    /// <summary>Packs all rows, if there is room for them and the width is the one that they need.</summary>
    internal bool TryPack(ReadOnlySpan<int> sums, int columns, int width)
    {
        long row = PackedSums.Bytes(columns, width), all = sums.Length / columns * row;
        if (all > Size - Used)
        {
            return false;
        }

        int bits = 0;
        for (byte* to = _bytes + Used; !sums.IsEmpty; sums = sums[columns..], to += row)
        {
            bits |= PackedSums.Pack(sums[..columns], width, to);
        }

        bool fits = PackedSums.WidthOf(bits) == width;
        Used += fits ? (int)all : 0;
        return fits;
    }

    /// <summary>Packs a row until it is full; returns how many sums that was, a multiple of 16 unless it was all.</summary>
    internal int Pack(ReadOnlySpan<int> sums, int width)
    {
        int most = (Size - Used + (Together * width / 8) - 1) / (Together * width / 8) * Together, count = Math.Min(sums.Length, most);
        _ = PackedSums.Pack(sums[..count], width, _bytes + Used);
        Used += (int)PackedSums.Bytes(count, width);
        return count;
    }

    /// <summary>Copies bytes until it is full; returns how many that was.</summary>
    internal int Copy(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Size - Used);
        bytes[..count].CopyTo(new Span<byte>(_bytes + Used, count));
        Used += count;
        return count;
    }

    /// <summary>Says where its bytes go, before it is written; returns how many go there.</summary>
    internal int Place(long offset)
    {
        (_at, _length) = (offset, Math.Min(Used, Size));
        return _length;
    }

    /// <summary>Takes what the piece before had no room for.</summary>
    internal void Follow(OpeningPiece before) => Copy(new ReadOnlySpan<byte>(before._bytes + before._length, before.Used - before._length));

    /// <summary>Writes it on this thread.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be written.</exception>
    internal void WriteNow()
    {
        RandomAccess.Write(_file, new ReadOnlySpan<byte>(_bytes, _length), _at);
        GC.KeepAlive(_memory);
    }

    /// <summary>Has a pool write it.</summary>
    /// <exception cref="IOException">It could not be written; of a pool of one thread.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal void WriteBehind(WorkerPool pool) => Unwrapped(() => pool.Background(this));

    /// <summary>Waits until it is written and empties it.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be written.</exception>
    internal void Empty()
    {
        Unwrapped(Finish);
        Used = 0;
    }

    protected override int Begin(int stage) => (_length + QuantumBytes - 1) / QuantumBytes;

    protected override void Quantum(int stage, int quantum)
    {
        int from = quantum * QuantumBytes;
        RandomAccess.Write(_file, new ReadOnlySpan<byte>(_bytes + from, Math.Min(QuantumBytes, _length - from)), _at + from);
        GC.KeepAlive(_memory);
    }

    private static void Unwrapped(Action work)
    {
        try
        {
            work();
        }
        catch (AggregateException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }
}

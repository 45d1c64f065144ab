using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Openings;

/// <summary>A piece of a file of openings: filled by a run's thread, then written by whichever thread is free.</summary>
internal sealed unsafe class OpeningPiece : BackgroundWork
{
    /// <summary>Bytes that one quantum hands to the system: some 130 µs, in which a loop has a thread less. Small writes take so much longer together that they slow a run more.</summary>
    private const int QuantumBytes = 1 << 19;

    private readonly PinnedArray<byte> _bytes;
    private readonly SafeFileHandle _file;
    private long _at;

    internal OpeningPiece(SafeFileHandle file, int bytes) => (_file, _bytes) = (file, new PinnedArray<byte>(bytes));

    /// <summary>Bytes that it holds.</summary>
    internal int Used { get; private set; }

    /// <summary>Bytes that it has room for beside those.</summary>
    internal int Room => _bytes.Length - Used;

    protected override int Stages => 1;

    /// <summary>Makes room for so many bytes in a piece that is empty.</summary>
    internal void Grow(int bytes) => _bytes.Reserve(bytes, 0);

    /// <summary>Address of the first byte that is not used.</summary>
    internal byte* Next => _bytes.Start + Used;

    /// <summary>Counts bytes that were written behind those it holds.</summary>
    internal void Take(int bytes) => Used += bytes;

    /// <summary>Copies as much as there is room for; returns how much that was.</summary>
    internal int Copy(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Room);
        bytes[..count].CopyTo(_bytes.Span(Used, count));
        Used += count;
        return count;
    }

    /// <summary>Says where its bytes go, before it is written.</summary>
    internal void Place(long offset) => _at = offset;

    /// <summary>Writes it on this thread.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be written.</exception>
    internal void WriteNow()
    {
        RandomAccess.Write(_file, _bytes.Span(0, Used), _at);
        Used = 0;
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

    protected override int Begin(int stage) => (Used + QuantumBytes - 1) / QuantumBytes;

    protected override void Quantum(int stage, int quantum)
    {
        int from = quantum * QuantumBytes;
        RandomAccess.Write(_file, _bytes.Span(from, Math.Min(QuantumBytes, Used - from)), _at + from);
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

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Openings;

/// <summary>Writes what the quantized products of a run came to, beside its log, for an auditor. Spec: spec/evidence.md, chapter 9.</summary>
/// <remarks>
/// Products go out in the order of the records, in pieces that a pool's threads write while they wait for the run, and a list of them at the end. A product may be
/// computed in a piece's own memory, so that nothing is copied. Nothing is durable before <see cref="Complete"/>; a file that was cut off is refused by its reader, and
/// made again by the run that is taken up.
/// </remarks>
public sealed unsafe class OpeningWriter : IDisposable
{
    internal const int HeadBytes = 40, EntryBytes = 24;

    private const int Pieces = 4, PieceBytes = 1 << 20, MostBytes = 1 << 24;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly MemoryStream _list = new();
    private readonly OpeningPiece[] _pieces;
    private WorkerPool? _pool;
    private int _open;
    private long _placed; // bytes of the pieces before the open one
    private byte* _reserved;

    private OpeningWriter(SafeFileHandle file, string path)
    {
        (_file, _path) = (file, path);
        _pieces = [.. Enumerable.Range(0, Pieces).Select(_ => new OpeningPiece(file, PieceBytes))];
    }

    internal static ReadOnlySpan<byte> Magic => "PISAOPN1"u8;

    /// <summary>Begins the file of a run; it takes its name when it is whole.</summary>
    public static OpeningWriter Create(string path, Digest run)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var writer = new OpeningWriter(File.OpenHandle(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None), path);
        writer.Write(Magic);
        writer.Write(run.ToArray());
        return writer;
    }

    /// <summary>Bytes of the file so far.</summary>
    public long Length => _placed + _pieces[_open].Used;

    /// <summary>From now on a pool's threads write, when no loop needs them. The thread that adds is the one that gives the pool its background work.</summary>
    public void WriteBehind(WorkerPool pool) => _pool = pool;

    /// <summary>Memory for the sums of the product that <see cref="Add"/> is given next, which it then need not copy; valid until it is called.</summary>
    /// <param name="rows">T.</param>
    /// <param name="columns">N.</param>
    /// <param name="isScaled">Whether it has row scales.</param>
    /// <returns>An address at a multiple of 4; null where the product is larger than a piece may be.</returns>
    /// <exception cref="IOException">An earlier piece could not be written.</exception>
    public int* Reserve(int rows, int columns, bool isScaled)
    {
        _reserved = null;
        long scales = isScaled ? sizeof(float) * (long)rows : 0, bytes = scales + (sizeof(int) * (long)rows * columns);
        if (bytes > MostBytes)
        {
            return null;
        }

        if (bytes > _pieces[_open].Room)
        {
            Turn();
            _pieces[_open].Grow((int)bytes);
        }

        _reserved = _pieces[_open].Next + scales;
        return (int*)_reserved;
    }

    /// <summary>Adds a product.</summary>
    /// <param name="sequence">Of its record.</param>
    /// <param name="rows">T.</param>
    /// <param name="columns">N.</param>
    /// <param name="scales">f32[T], little-endian; empty where the product has none.</param>
    /// <param name="sums">i32[T, N], little-endian; copied, unless they lie where they were reserved.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="IOException">It, or an earlier one, could not be written.</exception>
    public void Add(ulong sequence, int rows, int columns, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> sums)
    {
        if ((scales.Length != 0 && scales.Length != sizeof(float) * (long)rows) || sums.Length != sizeof(int) * (long)rows * columns)
        {
            throw new ArgumentException("Scales are not [T], or sums not [T,N].", nameof(sums));
        }

        Span<byte> head = stackalloc byte[EntryBytes];
        head.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(head, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], rows);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], columns);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], scales.Length == 0 ? 0 : 1);
        _list.Write(head);
        bool isInPlace = IsReserved(scales.Length, sums);
        _reserved = null;
        Write(scales);
        if (isInPlace)
        {
            _pieces[_open].Take(sums.Length);
        }
        else
        {
            Write(sums);
        }
    }

    /// <summary>Ends the file with the list of its products and gives it its name.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Complete()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(count, (ulong)(_list.Length / EntryBytes));
        Write(_list.GetBuffer().AsSpan(0, (int)_list.Length));
        Write(count);
        Turn();
        foreach (OpeningPiece piece in _pieces)
        {
            piece.Empty();
        }

        _file.Dispose();
        File.Move(_path + ".new", _path, overwrite: true);
    }

    /// <summary>Drops a file that was not completed.</summary>
    public void Dispose()
    {
        foreach (OpeningPiece piece in _pieces)
        {
            try
            {
                piece.Empty();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is dropped in any case.
            }
        }

        _file.Dispose();
        _list.Dispose();
        File.Delete(_path + ".new");
    }

    private bool IsReserved(int scales, ReadOnlySpan<byte> sums)
    {
        fixed (byte* at = &MemoryMarshal.GetReference(sums))
        {
            return _reserved is not null && at == _reserved && _pieces[_open].Next + scales == _reserved;
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes[_pieces[_open].Copy(bytes)..])
        {
            if (_pieces[_open].Room == 0)
            {
                Turn();
            }
        }
    }

    /// <summary>Has the open piece written and opens the next, which may have to be waited for.</summary>
    private void Turn()
    {
        OpeningPiece piece = _pieces[_open];
        piece.Place(_placed);
        _placed += piece.Used;
        _open = (_open + 1) % Pieces;
        if (_pool is null)
        {
            piece.WriteNow();
        }
        else
        {
            piece.WriteBehind(_pool);
        }

        _pieces[_open].Empty();
    }
}

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Openings;

/// <summary>Writes what the quantized products of a run came to, beside its log, for an auditor. Spec: spec/evidence.md, chapter 9.</summary>
/// <remarks>
/// Products go out in the order of the records, packed into pieces that a pool's threads write while they wait for the run, and a list of them at the end.
/// Nothing is durable before <see cref="Complete"/>; a file that was cut off is refused by its reader, and
/// made again by the run that is taken up.
/// </remarks>
public sealed class OpeningWriter : IDisposable
{
    internal const int HeadBytes = 40, EntryBytes = 24;

    private const int Pieces = 4, UsualWidth = 20;

    private const long Apart = (OpeningPiece.Memory + NativeBuffer.Alignment - 1) / NativeBuffer.Alignment * NativeBuffer.Alignment;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly MemoryStream _list = new();
    private readonly Dictionary<int, int> _widths = []; // of the last product of so many columns
    private readonly NativeBuffer _memory = new(Pieces * Apart);
    private readonly OpeningPiece[] _pieces;
    private WorkerPool? _pool;
    private int _open;
    private long _placed; // bytes of the pieces before the open one

    private OpeningWriter(SafeFileHandle file, string path)
    {
        (_file, _path) = (file, path);
        _pieces = [.. Enumerable.Range(0, Pieces).Select(i => new OpeningPiece(file, _memory, i * Apart))];
    }

    internal static ReadOnlySpan<byte> Magic => "PISAOPN2"u8;

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

    /// <summary>Adds a product.</summary>
    /// <param name="sequence">Of its record.</param>
    /// <param name="rows">T.</param>
    /// <param name="columns">N.</param>
    /// <param name="sums">i32[T, N].</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="IOException">It, or an earlier one, could not be written.</exception>
    public void Add(ulong sequence, int rows, int columns, ReadOnlySpan<int> sums)
    {
        if (rows <= 0 || columns <= 0 || sums.Length != (long)rows * columns)
        {
            throw new ArgumentException("Sums are not [T,N].", nameof(sums));
        }

        int width = Pack(columns, sums);
        Span<byte> entry = stackalloc byte[EntryBytes];
        entry.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(entry, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], rows);
        BinaryPrimitives.WriteInt32LittleEndian(entry[12..], columns);
        BinaryPrimitives.WriteInt32LittleEndian(entry[16..], width);
        _list.Write(entry);
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
        _memory.Dispose();
        File.Delete(_path + ".new");
    }

    /// <summary>Packs a product in the width that it needs: mostly that of the last one of as many columns, so that its sums are read once.</summary>
    private int Pack(int columns, ReadOnlySpan<int> sums)
    {
        int width = _widths.GetValueOrDefault(columns, UsualWidth);
        if (!Open().TryPack(sums, columns, width))
        {
            width = PackedSums.WidthOf(PackedSums.Bits(sums));
            _widths[columns] = width;
            for (; !sums.IsEmpty; sums = sums[columns..])
            {
                PackRow(sums[..columns], width);
            }
        }

        return width;
    }

    private void PackRow(ReadOnlySpan<int> row, int width)
    {
        for (; !row.IsEmpty; row = row[Open().Pack(row, width)..])
        {
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Open().Copy(bytes)..])
        {
        }
    }

    /// <summary>A piece that is not full.</summary>
    private OpeningPiece Open()
    {
        if (_pieces[_open].IsFull)
        {
            Turn();
        }

        return _pieces[_open];
    }

    /// <summary>Has the open piece written and opens the next, which may have to be waited for.</summary>
    private void Turn()
    {
        OpeningPiece piece = _pieces[_open];
        _placed += piece.Place(_placed);
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
        _pieces[_open].Follow(piece);
    }
}

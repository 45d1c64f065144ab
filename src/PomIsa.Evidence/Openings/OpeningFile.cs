using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Openings;

/// <summary>What the products of a run are said to have come to: a file of openings; anyone's bytes.</summary>
/// <remarks>
/// Nothing in it is believed. What is read of it stays within the file, and what is kept of it is a few words for each product, of which the file holds 24 bytes. The file is
/// mapped where the system lets nobody cut it short meanwhile (<see cref="FileLease"/>), as reading a page that is gone would end the process; else it is read into memory. What
/// is larger than <see cref="MostRead"/> is mapped in any case, and must not become shorter.
/// </remarks>
public sealed unsafe class OpeningFile : IDisposable
{
    /// <summary>Bytes of a file that is read into memory where it can't be mapped safely.</summary>
    internal const long MostRead = 4L << 30;

    private const int PartShift = 11, PartLength = 1 << PartShift;

    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly NativeBuffer? _copy;
    private readonly byte* _data;
    private readonly long _length;
    private Product[][] _products = []; // in parts so small that the collector does not count them as large

    private OpeningFile(SafeFileHandle handle, long length, NativeBuffer? copy)
    {
        (_handle, _length, _copy) = (handle, length, copy);
        if (copy is not null)
        {
            _data = copy.Data;
            return;
        }

        _file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* data = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        _data = data + _view.PointerOffset;
    }

    /// <summary>Products in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether somebody waits to change the file.</summary>
    internal bool IsAwaited => FileLease.IsAwaited(_handle);

    /// <summary>Whether the file is mapped, not read.</summary>
    internal bool IsMapped => _file is not null;

    /// <summary>Opens a run's file and reads where its products lie.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">The run that it must be of.</param>
    /// <param name="file">The openings.</param>
    /// <param name="fault">What is wrong, as the end of a sentence.</param>
    public static bool TryOpen(string path, Digest run, [NotNullWhen(true)] out OpeningFile? file, out string fault)
    {
        file = null;
        if (!File.Exists(path))
        {
            fault = "it is missing";
            return false;
        }

        OpeningFile? read = Read(File.OpenHandle(path));
        fault = "it is too short";
        if (read?.TryReadList(run, out fault) == true)
        {
            file = read;
            return true;
        }

        read?.Dispose();
        return false;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length => _length;

    /// <summary>Part of the file, as long as it is open.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It reaches past the end.</exception>
    public ReadOnlySpan<byte> Part(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, _length - length);
        return new ReadOnlySpan<byte>(_data + start, length);
    }

    /// <summary>The rows of a product one behind the other, as <see cref="PackedSums"/> has them, as long as the file is open; null if it has none of that shape for that record.</summary>
    /// <remarks>Behind the last there are <see cref="PackedSums.Past"/> bytes at least: the list.</remarks>
    /// <param name="sequence">Of the record.</param>
    /// <param name="rows">T.</param>
    /// <param name="columns">N.</param>
    /// <param name="place">Where it may be in the list; becomes the place behind it. Whoever asks for products in their order asks with what the one before left.</param>
    /// <param name="width">Bits of each sum.</param>
    public byte* Find(ulong sequence, int rows, int columns, ref int place, out int width)
    {
        width = 0;
        int at = place >= 0 && place < Count && ProductAt(place).Sequence == sequence ? place : Search(sequence);
        if (at < 0 || ProductAt(at).Rows != rows || ProductAt(at).Columns != columns)
        {
            return null;
        }

        (place, width) = (at + 1, ProductAt(at).Width);
        return _data + ProductAt(at).Sums;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
        _copy?.Dispose();
        _handle.Dispose();
    }

    /// <summary>The file in memory; null if it is too short. It takes the handle.</summary>
    private static OpeningFile? Read(SafeFileHandle handle)
    {
        NativeBuffer? copy = null;
        try
        {
            bool lasts = FileLease.TryTake(handle) || OperatingSystem.IsWindows(); // Windows cuts no file that is mapped
            long length = RandomAccess.GetLength(handle);
            if (length >= OpeningWriter.HeadBytes + sizeof(ulong))
            {
                copy = lasts || length > MostRead ? null : new NativeBuffer(length);
                if (copy is null || TryFill(copy, handle))
                {
                    return new OpeningFile(handle, length, copy);
                }
            }
        }
        catch
        {
            copy?.Dispose();
            handle.Dispose();
            throw;
        }

        copy?.Dispose();
        handle.Dispose();
        return null;
    }

    private static bool TryFill(NativeBuffer copy, SafeFileHandle handle)
    {
        const int Most = 1 << 24;
        for (long at = 0; at < copy.Length;)
        {
            int read = RandomAccess.Read(handle, copy.Slice(at, (int)Math.Min(Most, copy.Length - at)), at);
            if (read == 0)
            {
                return false;
            }

            at += read;
        }

        return true;
    }

    private int Search(ulong sequence)
    {
        int from = 0, to = Count;
        while (from < to)
        {
            int middle = from + ((to - from) / 2);
            (from, to) = ProductAt(middle).Sequence < sequence ? (middle + 1, to) : (from, middle);
        }

        return from < Count && ProductAt(from).Sequence == sequence ? from : -1;
    }

    private ref Product ProductAt(int at) => ref _products[at >> PartShift][at & (PartLength - 1)];

    private bool TryReadList(Digest run, out string fault)
    {
        const int Head = OpeningWriter.HeadBytes, Entry = OpeningWriter.EntryBytes;
        var head = new ReadOnlySpan<byte>(_data, Head);
        fault = "it is no file of openings, or another run's";
        if (!head[..8].SequenceEqual(OpeningWriter.Magic) || new Digest(head[8..]) != run)
        {
            return false;
        }

        fault = "its list of products is not that of what it holds";
        ulong many = Unsafe.ReadUnaligned<ulong>(_data + _length - sizeof(ulong));
        if (many > (ulong)(_length - Head - sizeof(ulong)) / Entry || many > (ulong)Array.MaxLength)
        {
            return false;
        }

        long start = _length - sizeof(ulong) - ((long)many * Entry), at = Head;
        ulong last = 0;
        Count = (int)many;
        _products = new Product[(int)((many + PartLength - 1) >> PartShift)][];
        for (int part = 0; part < _products.Length; part++)
        {
            _products[part] = new Product[Math.Min(PartLength, Count - (part << PartShift))];
        }

        byte* entry = _data + start;
        for (int i = 0; i < Count; i++, entry += Entry)
        {
            ulong sequence = Unsafe.ReadUnaligned<ulong>(entry);
            int rows = Unsafe.ReadUnaligned<int>(entry + 8), columns = Unsafe.ReadUnaligned<int>(entry + 12), width = Unsafe.ReadUnaligned<int>(entry + 16);
            if (sequence <= last || rows <= 0 || columns <= 0 || !PackedSums.IsWidth(width) || Unsafe.ReadUnaligned<int>(entry + 20) != 0
                || rows > (start - at) / PackedSums.Bytes(columns, width))
            {
                return false;
            }

            ProductAt(i) = new Product(sequence, at, rows, columns, width);
            at += rows * PackedSums.Bytes(columns, width);
            last = sequence;
        }

        fault = at == start ? "" : fault;
        return at == start;
    }

    private readonly record struct Product(ulong Sequence, long Sums, int Rows, int Columns, int Width);
}

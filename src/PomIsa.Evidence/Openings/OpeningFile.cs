using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PomIsa.Evidence.Openings;

/// <summary>What the products of a run are said to have come to: a file of openings; anyone's bytes.</summary>
/// <remarks>Nothing in it is believed. What is read of it stays within the file, and what is kept of it is a few words for each product, of which the file holds 24 bytes.</remarks>
public sealed class OpeningFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly Dictionary<ulong, Product> _products;

    private OpeningFile(SafeFileHandle file, Dictionary<ulong, Product> products) => (_file, _products) = (file, products);

    /// <summary>Products in it.</summary>
    public int Count => _products.Count;

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

        SafeFileHandle handle = File.OpenHandle(path);
        if (TryReadIndex(handle, run, out Dictionary<ulong, Product> products, out fault))
        {
            file = new OpeningFile(handle, products);
            return true;
        }

        handle.Dispose();
        return false;
    }

    /// <summary>Where the sums of a product lie in the file; -1 if it has none of that shape for that record.</summary>
    /// <param name="sequence">Of the record.</param>
    /// <param name="rows">T.</param>
    /// <param name="columns">N.</param>
    public long Find(ulong sequence, int rows, int columns) =>
        _products.TryGetValue(sequence, out Product product) && product.Rows == rows && product.Columns == columns ? product.Sums : -1;

    /// <summary>Reads sums, row-major; false if the file has become shorter since. Threads may read at the same time.</summary>
    public bool TryRead(long offset, Span<int> sums) => TryFill(_file, MemoryMarshal.AsBytes(sums), offset);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool TryReadIndex(SafeFileHandle file, Digest run, out Dictionary<ulong, Product> products, out string fault)
    {
        const int Head = OpeningWriter.HeadBytes, Entry = OpeningWriter.EntryBytes;
        products = [];
        long length = RandomAccess.GetLength(file);
        Span<byte> head = stackalloc byte[Head], count = stackalloc byte[sizeof(ulong)];
        if (length < Head + sizeof(ulong) || !TryFill(file, head, 0) || !TryFill(file, count, length - sizeof(ulong)))
        {
            fault = "it is too short";
            return false;
        }

        if (!head[..8].SequenceEqual(OpeningWriter.Magic) || new Digest(head[8..]) != run)
        {
            fault = "it is no file of openings, or another run's";
            return false;
        }

        fault = "its list of products is not that of what it holds";
        ulong many = MemoryMarshal.Read<ulong>(count);
        if (many > (ulong)(length - Head - sizeof(ulong)) / Entry)
        {
            return false;
        }

        long start = length - sizeof(ulong) - ((long)many * Entry), at = Head;
        ulong last = 0;
        const int EntriesAtOnce = 4096;
        var some = new byte[(int)Math.Min(many, EntriesAtOnce) * Entry];
        for (ulong i = 0; i < many; i++)
        {
            int place = (int)(i % EntriesAtOnce) * Entry;
            if (place == 0 && !TryFill(file, some.AsSpan(0, (int)Math.Min(many - i, EntriesAtOnce) * Entry), start + ((long)i * Entry)))
            {
                return false;
            }

            ReadOnlySpan<byte> entry = some.AsSpan(place, Entry);
            ulong sequence = MemoryMarshal.Read<ulong>(entry);
            int rows = MemoryMarshal.Read<int>(entry[8..]), columns = MemoryMarshal.Read<int>(entry[12..]), scaled = MemoryMarshal.Read<int>(entry[16..]);
            if (sequence <= last || rows <= 0 || columns <= 0 || scaled is not (0 or 1) || MemoryMarshal.Read<int>(entry[20..]) != 0
                || ((long)columns + scaled) * rows > (start - at) / sizeof(int))
            {
                return false;
            }

            long sums = at + ((long)scaled * rows * sizeof(float));
            products.Add(sequence, new Product(sums, rows, columns));
            at = sums + ((long)rows * columns * sizeof(int));
            last = sequence;
        }

        fault = at == start ? "" : fault;
        return at == start;
    }

    private static bool TryFill(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }

    private readonly record struct Product(long Sums, int Rows, int Columns);
}

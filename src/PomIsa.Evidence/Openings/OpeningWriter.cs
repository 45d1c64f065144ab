using System.Buffers.Binary;

namespace PomIsa.Evidence.Openings;

/// <summary>Writes what the quantized products of a run came to, beside its log, for an auditor. Spec: spec/evidence.md, chapter 9.</summary>
/// <remarks>Products go out in the order of the records, and a list of them at the end. Nothing is durable before <see cref="Dispose"/>; a file that was cut off is refused by its reader, and made again by the run that is taken up.</remarks>
public sealed class OpeningWriter : IDisposable
{
    internal const int HeadBytes = 40, EntryBytes = 24;

    private const int BufferBytes = 1 << 20;

    private readonly FileStream _file;
    private readonly string _path;
    private readonly MemoryStream _list = new();

    private OpeningWriter(FileStream file, string path) => (_file, _path) = (file, path);

    internal static ReadOnlySpan<byte> Magic => "PISAOPN1"u8;

    /// <summary>Begins the file of a run; it takes its name when it is whole.</summary>
    public static OpeningWriter Create(string path, Digest run)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var writer = new OpeningWriter(new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes), path);
        writer._file.Write(Magic);
        writer._file.Write(run.ToArray());
        return writer;
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => _file.Position;

    /// <summary>Adds a product.</summary>
    /// <param name="sequence">Of its record.</param>
    /// <param name="rows">T.</param>
    /// <param name="columns">N.</param>
    /// <param name="scales">f32[T], little-endian; empty where the record commits to the sums alone.</param>
    /// <param name="sums">i32[T, N], little-endian.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
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
        _file.Write(scales);
        _file.Write(sums);
    }

    /// <summary>Ends the file with the list of its products and gives it its name.</summary>
    public void Complete()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(count, (ulong)(_list.Length / EntryBytes));
        _list.WriteTo(_file);
        _file.Write(count);
        _file.Flush();
        _file.Dispose();
        File.Move(_path + ".new", _path, overwrite: true);
    }

    /// <summary>Drops a file that was not completed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _list.Dispose();
        File.Delete(_path + ".new");
    }
}

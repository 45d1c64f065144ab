using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace PomIsa.Evidence.Openings;

/// <summary>What the products of a run are said to have come to: a file of openings, mapped; anyone's bytes.</summary>
/// <remarks>Nothing in it is believed. What is read of it stays within the file, and what is kept of it is a few words for each frame.</remarks>
public sealed unsafe class OpeningFile : IDisposable
{
    private readonly MemoryMappedFile _mapped;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<ulong, Frame> _frames;

    private OpeningFile(MemoryMappedFile mapped, MemoryMappedViewAccessor view, Dictionary<ulong, Frame> frames) => (_mapped, _view, _frames) = (mapped, view, frames);

    /// <summary>Frames in it.</summary>
    public int Count => _frames.Count;

    /// <summary>Opens a run's file and finds its frames.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">The run that it must be of.</param>
    /// <param name="file">The openings.</param>
    /// <param name="fault">What is wrong, as the end of a sentence.</param>
    public static bool TryOpen(string path, Digest run, [NotNullWhen(true)] out OpeningFile? file, out string fault)
    {
        file = null;
        var there = new FileInfo(path);
        if (!there.Exists || there.Length < OpeningWriter.HeadBytes)
        {
            fault = there.Exists ? "it is too short" : "it is missing";
            return false;
        }

        MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor view = mapped.CreateViewAccessor(0, there.Length, MemoryMappedFileAccess.Read);
        byte* data = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        data += view.PointerOffset;
        if (TryRead(data, there.Length, run, out Dictionary<ulong, Frame> frames, out fault))
        {
            file = new OpeningFile(mapped, view, frames);
            return true;
        }

        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapped.Dispose();
        return false;
    }

    /// <summary>The sums of a product, row-major; null if the file has none of that shape for that record.</summary>
    /// <param name="sequence">Of the record.</param>
    /// <param name="rows">T.</param>
    /// <param name="columns">N.</param>
    public int* Find(ulong sequence, int rows, int columns) =>
        _frames.TryGetValue(sequence, out Frame frame) && frame.Rows == rows && frame.Columns == columns ? (int*)frame.Sums : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapped.Dispose();
    }

    private static bool TryRead(byte* data, long length, Digest run, out Dictionary<ulong, Frame> frames, out string fault)
    {
        frames = [];
        if (!new ReadOnlySpan<byte>(data, 8).SequenceEqual(OpeningWriter.Magic) || new Digest(new ReadOnlySpan<byte>(data + 8, Digest.Size)) != run)
        {
            fault = "it is no file of openings, or another run's";
            return false;
        }

        long at = OpeningWriter.HeadBytes;
        ulong last = 0;
        while (at < length)
        {
            if (length - at < OpeningWriter.FrameBytes)
            {
                fault = $"it ends within a frame, at byte {at}";
                return false;
            }

            var head = new ReadOnlySpan<byte>(data + at, OpeningWriter.FrameBytes);
            ulong sequence = MemoryMarshal.Read<ulong>(head);
            int rows = MemoryMarshal.Read<int>(head[8..]), columns = MemoryMarshal.Read<int>(head[12..]), scaled = MemoryMarshal.Read<int>(head[16..]);
            long left = length - at - OpeningWriter.FrameBytes;
            if (sequence <= last || rows <= 0 || columns <= 0 || scaled is not (0 or 1) || MemoryMarshal.Read<int>(head[20..]) != 0
                || ((long)columns + scaled) * rows > left / sizeof(int))
            {
                fault = $"its frame at byte {at} is none";
                return false;
            }

            long sums = at + OpeningWriter.FrameBytes + ((long)scaled * rows * sizeof(float));
            frames.Add(sequence, new Frame((nint)(data + sums), rows, columns));
            at = sums + ((long)rows * columns * sizeof(int));
            last = sequence;
        }

        fault = "";
        return true;
    }

    private readonly record struct Frame(nint Sums, int Rows, int Columns);
}

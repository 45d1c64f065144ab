using Microsoft.Win32.SafeHandles;

namespace PomIsa.Onnx.Reading;

/// <summary>A model's bytes, of which any part can be read at any time: in memory, or in a file that stays where it is.</summary>
internal abstract class ModelBytes : IDisposable
{
    /// <summary>Number of bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Reads a part that lies within the bytes.</summary>
    /// <exception cref="OnnxException">The file can't be read any more.</exception>
    public abstract void Read(long offset, Span<byte> to);

    public abstract void Dispose();

    public static ModelBytes Of(ReadOnlyMemory<byte> bytes) => new Memory(bytes);

    /// <exception cref="OnnxException">There is no such file, or it can't be read.</exception>
    public static ModelBytes OfFile(string path)
    {
        try
        {
            return new InFile(path, File.OpenHandle(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxException(File.Exists(path) ? $"{path} can't be read: {e.Message}" : $"there is no file {path}");
        }
    }

    private sealed class Memory(ReadOnlyMemory<byte> bytes) : ModelBytes
    {
        public override long Length => bytes.Length;

        public override void Dispose()
        {
        }

        public override void Read(long offset, Span<byte> to) => bytes.Span.Slice((int)offset, to.Length).CopyTo(to);
    }

    private sealed class InFile(string path, SafeFileHandle file) : ModelBytes
    {
        public override long Length { get; } = RandomAccess.GetLength(file);

        public override void Read(long offset, Span<byte> to)
        {
            while (to.Length > 0)
            {
                int got;
                try
                {
                    got = RandomAccess.Read(file, to, offset);
                }
                catch (IOException e)
                {
                    throw new OnnxException($"{path} can't be read: {e.Message}");
                }

                if (got == 0)
                {
                    throw new OnnxException($"{path} became shorter while it was read");
                }

                offset += got;
                to = to[got..];
            }
        }

        public override void Dispose() => file.Dispose();
    }
}

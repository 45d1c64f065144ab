using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace PomIsa.Architectures.Sources;

/// <summary>Where a tensor's bytes are, and how to read rows of them.</summary>
/// <param name="File">Open for reading.</param>
/// <param name="Path">Its name, for messages.</param>
/// <param name="Offset">Of the first byte.</param>
/// <param name="Format">How values lie.</param>
/// <param name="RowLength">Values of a row, whole blocks.</param>
internal sealed record TensorPlace(SafeFileHandle File, string Path, long Offset, StoredFormat Format, long RowLength)
{
    private const int PieceValues = 1 << 16;

    /// <summary>Reads whole rows as f32, a piece at a time.</summary>
    public void ReadRows(long first, Span<float> values)
    {
        long at = Offset + Format.Bytes(first * RowLength);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Format.Bytes(Math.Min(PieceValues, values.Length)));
        try
        {
            while (values.Length > 0)
            {
                int count = Math.Min(values.Length, PieceValues);
                Span<byte> bytes = buffer.AsSpan(0, (int)Format.Bytes(count));
                FileBytes.Read(File, Path, at, bytes);
                Format.Widen(bytes, values[..count]);
                at += bytes.Length;
                values = values[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

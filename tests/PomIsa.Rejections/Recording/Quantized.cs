using System.Buffers.Binary;

namespace PomIsa.Rejections.Recording;

/// <summary>Rows as a quantized product multiplies them: spec/numerics.md, 6.1, and spec/evidence.md, chapter 2 rule 6.</summary>
internal static class Quantized
{
    private const byte Rows = 0x81;

    /// <summary>The commitment to the rows of x: of each its scale, then its integers.</summary>
    public static byte[] Commitment(Value x)
    {
        int width = x.Shape[^1], rows = x.Shape[..^1].Aggregate(1, static (a, b) => a * b);
        return Commitments.OfTensor(Rows, [rows, width], [.. Enumerable.Range(0, rows).SelectMany(t => Row(x.Bytes.AsSpan(t * width * 4, width * 4)))]);
    }

    private static byte[] Row(ReadOnlySpan<byte> elements)
    {
        var row = new float[elements.Length / 4];
        float greatest = 0;
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = BinaryPrimitives.ReadSingleLittleEndian(elements[(4 * i)..]);
            float magnitude = Math.Abs(row[i]);
            greatest = float.IsNaN(greatest) || magnitude <= greatest ? greatest : magnitude;
        }

        float scale = greatest / 127;
        uint bits = float.IsNaN(scale) ? 0x7fc00000 : BitConverter.SingleToUInt32Bits(scale);
        return [.. RecordBytes.Int(bits), .. row.Select(x => (byte)(sbyte)Integer(x / scale))];
    }

    private static int Integer(float quotient) =>
        float.IsNaN(quotient) ? 0 : (int)Math.Clamp(Math.Round((double)quotient, MidpointRounding.ToEven), -127, 127);
}

using System.Runtime.InteropServices;
using System.Text;

namespace PomIsa.Benchmarks.Large;

/// <summary>ONNX files of many mebibytes: products with random matrices, one after the other, the first of them as large as an embedding.</summary>
/// <remarks>Written in protobuf's wire form, a piece at a time.</remarks>
internal sealed class LargeModel
{
    private const int Width = 4096;

    private readonly List<(string Name, int Depth, int Columns)> _matrices = [];

    /// <param name="mebibytes">Size of all matrices, about; 600 at least.</param>
    public LargeModel(int mebibytes)
    {
        const int Wide = 8 * Width, Each = Width * Width * 4 >> 20;
        _matrices.Add(("wide", Width, Wide));
        _matrices.Add(("narrow", Wide, 16));
        _matrices.Add(("back", 16, Width));
        for (int i = 0, left = (mebibytes - (8 * Each) - 3) / Each; i < left; i++)
        {
            _matrices.Add(($"layer{i}", Width, Width));
        }
    }

    /// <summary>Bytes of the largest matrix.</summary>
    public long Largest => _matrices.Max(Length);

    /// <summary>Bytes of all.</summary>
    public long Bytes => _matrices.Sum(Length);

    /// <summary>Writes the model into a folder.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="external">Whether the matrices lie in a file beside the model.</param>
    /// <returns>The model's path.</returns>
    public string Write(string folder, bool external)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "large.onnx");
        using FileStream file = File.Create(path, 1 << 20);
        using FileStream? data = external ? File.Create(Path.Combine(folder, "large.data"), 1 << 20) : null;
        byte[][] heads = [.. _matrices.Select((m, i) => Tensor(m, external ? _matrices.Take(i).Sum(Length) : null))];
        byte[][] tags = [.. _matrices.Select((m, i) => Head(5, heads[i].Length + (external ? 0 : Head(9, Length(m)).Length + Length(m))))];
        byte[] nodes = [.. _matrices.SelectMany((m, i) => Field(1, Node(i)))];
        byte[] rest = [.. Field(2, "g"u8.ToArray()), .. Field(11, Port("h0")), .. Field(12, Port($"h{_matrices.Count}"))];
        long graph = nodes.Length + rest.Length + _matrices.Select((m, i) => tags[i].Length + heads[i].Length + (external ? 0L : Head(9, Length(m)).Length + Length(m))).Sum();
        file.Write([.. Number(1, 8), .. Field(8, Number(2, 18)), .. Head(7, graph)]);
        file.Write(nodes);
        for (int i = 0; i < _matrices.Count; i++)
        {
            file.Write(tags[i]);
            file.Write(heads[i]);
            if (!external)
            {
                file.Write(Head(9, Length(_matrices[i])));
            }

            Random(data ?? file, Length(_matrices[i]), i);
        }

        file.Write(rest);
        return path;
    }

    private static long Length((string Name, int Depth, int Columns) matrix) => 4L * matrix.Depth * matrix.Columns;

    private static void Random(FileStream to, long length, int seed)
    {
        var random = new Random(seed);
        var piece = new float[1 << 18];
        for (long at = 0; at < length; at += piece.Length * 4)
        {
            for (int i = 0; i < piece.Length; i++)
            {
                piece[i] = (random.NextSingle() - 0.5f) / 32;
            }

            to.Write(MemoryMarshal.AsBytes(piece.AsSpan())[..(int)Math.Min(piece.Length * 4, length - at)]);
        }
    }

    private byte[] Node(int index) =>
    [
        .. Field(1, Text($"h{index}")), .. Field(1, Text(_matrices[index].Name)), .. Field(2, Text($"h{index + 1}")), .. Field(3, Text($"product{index}")), .. Field(4, "MatMul"u8.ToArray()),
    ];

    private static byte[] Tensor((string Name, int Depth, int Columns) matrix, long? offset) =>
    [
        .. Number(1, matrix.Depth), .. Number(1, matrix.Columns), .. Number(2, 1), .. Field(8, Text(matrix.Name)),
        .. offset is { } at
            ? (byte[])[.. Entry("location", "large.data"), .. Entry("offset", $"{at}"), .. Entry("length", $"{Length(matrix)}"), .. Number(14, 1)]
            : [],
    ];

    private static byte[] Entry(string key, string value) => Field(13, [.. Field(1, Text(key)), .. Field(2, Text(value))]);

    private static byte[] Port(string name)
    {
        byte[] shape = [.. Field(1, Number(1, 1)), .. Field(1, Number(1, Width))];
        return [.. Field(1, Text(name)), .. Field(2, Field(1, [.. Number(1, 1), .. Field(2, shape)]))];
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Field(int field, byte[] bytes) => [.. Head(field, bytes.Length), .. bytes];

    private static byte[] Head(int field, long length) => [.. Varint((field << 3) | 2), .. Varint(length)];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}

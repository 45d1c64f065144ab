using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PomIsa.Onnx.Reading;

namespace PomIsa.Cli.Tensors;

/// <summary>NumPy's array files: format 1.0 to 3.0, little-endian, row-major.</summary>
internal static partial class NpyFile
{
    private const int LongestHeader = 1 << 16;

    private static readonly (string Code, OnnxType Type)[] Codes =
    [
        ("<f4", OnnxType.Float), ("<f8", OnnxType.Double), ("<f2", OnnxType.Float16), ("|b1", OnnxType.Bool),
        ("|i1", OnnxType.Int8), ("<i2", OnnxType.Int16), ("<i4", OnnxType.Int32), ("<i8", OnnxType.Int64),
        ("|u1", OnnxType.UInt8), ("<u2", OnnxType.UInt16), ("<u4", OnnxType.UInt32), ("<u8", OnnxType.UInt64),
    ];

    /// <summary>Whether a tensor of that type can be written.</summary>
    public static bool Has(OnnxType type) => Codes.Any(c => c.Type == type);

    /// <summary>Reads an array, which may be hostile.</summary>
    /// <exception cref="InvalidDataException">No array, or of a kind that no program takes.</exception>
    public static HostTensor Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 10 || file[0] != 0x93 || !file[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException("it is no .npy file");
        }

        int prefix = file[6] == 1 ? 10 : 12;
        long length = file.Length < prefix ? long.MaxValue : file[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(file[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (file[6] is < 1 or > 3 || length > Math.Min(LongestHeader, file.Length - prefix))
        {
            throw new InvalidDataException("its header is cut off or of an unknown version");
        }

        string header = Encoding.UTF8.GetString(file.Slice(prefix, (int)length));
        Match type = Descr().Match(header), order = Order().Match(header), shape = Shape().Match(header);
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw new InvalidDataException("its header lacks descr, fortran_order or shape");
        }

        if (order.Groups[1].Value == "True")
        {
            throw new InvalidDataException("it is column-major; save it with numpy.ascontiguousarray");
        }

        (string code, OnnxType element) = Codes.FirstOrDefault(c => c.Code == type.Groups[1].Value);
        if (code is null)
        {
            throw new InvalidDataException($"its elements are {type.Groups[1].Value}; {string.Join(", ", Codes.Select(static c => c.Code))} can be read");
        }

        string[] words = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var dims = ImmutableArray.CreateBuilder<int>(words.Length);
        long count = 1;
        foreach (string word in words)
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int dim) || (count *= Math.Max(dim, 1)) > int.MaxValue)
            {
                throw new InvalidDataException($"its shape is ({shape.Groups[1].Value})");
            }

            dims.Add(dim);
        }

        return dims.Aggregate(1L, static (a, b) => a * b) > file.Length
            ? throw new InvalidDataException("it is shorter than its shape says")
            : HostTensor.OfRaw(element, dims.ToImmutable(), file[(prefix + (int)length)..]);
    }

    /// <summary>The file of an array.</summary>
    /// <param name="type">Element type that <see cref="Has"/>.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="raw">Elements, row-major, little-endian.</param>
    public static byte[] Write(OnnxType type, ReadOnlySpan<int> shape, ReadOnlySpan<byte> raw)
    {
        string code = Codes.First(c => c.Type == type).Code;
        string dims = string.Concat(shape.ToArray().Select(static d => d.ToString(CultureInfo.InvariantCulture) + ", ")).TrimEnd(' ');
        dims = shape.Length > 1 ? dims.TrimEnd(',') : dims;
        string header = $"{{'descr': '{code}', 'fortran_order': False, 'shape': ({dims}), }}";
        int length = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        byte[] head = [0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n")];
        return [.. head, .. raw];
    }

    [GeneratedRegex(@"'descr':\s*'([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order':\s*(True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}

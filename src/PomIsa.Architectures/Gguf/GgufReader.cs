using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace PomIsa.Architectures.Gguf;

/// <summary>Reads a GGUF file's head: metadata and tensor infos. Every count, length and offset is a stranger's.</summary>
/// <remarks>Versions 2 and 3, little-endian (ggml's docs/gguf.md).</remarks>
internal sealed class GgufReader
{
    private const int MostPairs = 1 << 16, MostTensors = 1 << 16, LongestKey = 65535, LongestName = 256, MostDimensions = 8, DefaultAlignment = 32;

    /// <summary>Bytes of strings and arrays that metadata may have in all: vocabularies have a few million.</summary>
    private const long LongestMetadata = 256 << 20;

    private readonly BufferedStream _stream;
    private readonly byte[] _scratch = new byte[8];
    private readonly long _length;
    private long _left = LongestMetadata;
    private long _at;
    private string _where = "the header";

    private GgufReader(Stream stream) => (_stream, _length) = (new BufferedStream(stream, 1 << 16), stream.Length);

    /// <summary>Reads the head of a file.</summary>
    /// <exception cref="ArchitectureException">It is no GGUF file that is read here; says where.</exception>
    public static GgufHead Read(string path)
    {
        if (Sources.FileBytes.IsPointer(path))
        {
            throw new ArchitectureException("the file is a pointer of Git LFS, not the model itself; fetch it with git lfs pull");
        }

        using FileStream stream = File.OpenRead(path);
        return new GgufReader(stream).Head();
    }

    private GgufHead Head()
    {
        if (U32() != 0x46554747)
        {
            throw new ArchitectureException("the file does not begin with GGUF");
        }

        uint version = U32();
        if (version is not (2 or 3))
        {
            throw new ArchitectureException((version & 0xffff) == 0
                ? "the GGUF file is big-endian, which is not read"
                : $"the GGUF file has version {version}; read are 2 and 3");
        }

        ulong tensors = U64(), pairs = U64();
        if (tensors > MostTensors || pairs > MostPairs)
        {
            throw new ArchitectureException($"the GGUF file tells of {tensors} tensors and {pairs} pairs of metadata; at most {MostTensors} and {MostPairs} are read");
        }

        var metadata = new Dictionary<string, object>(StringComparer.Ordinal);
        for (ulong i = 0; i < pairs; i++)
        {
            _where = $"metadata pair {i}";
            string key = Text(LongestKey);
            _where = $"metadata {key}";
            if (!metadata.TryAdd(key, Value(U32())))
            {
                throw new ArchitectureException($"metadata {key} is there twice");
            }
        }

        var infos = new List<GgufTensor>((int)tensors);
        for (ulong i = 0; i < tensors; i++)
        {
            _where = $"the info of tensor {i}";
            infos.Add(Tensor());
        }

        return Placed(metadata, infos);
    }

    /// <summary>Checks where the tensors lie.</summary>
    private GgufHead Placed(Dictionary<string, object> metadata, List<GgufTensor> infos)
    {
        long alignment = metadata.TryGetValue("general.alignment", out object? given) ? given as long? ?? 0 : DefaultAlignment;
        if (alignment is < 1 or > 1 << 20 || (alignment & (alignment - 1)) != 0)
        {
            throw new ArchitectureException("metadata general.alignment must be a power of two");
        }

        long start = (_at + alignment - 1) / alignment * alignment;
        var problems = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        long end = 0;
        foreach (GgufTensor tensor in infos.OrderBy(static t => t.Offset))
        {
            if (!names.Add(tensor.Name))
            {
                problems.Add($"tensor {tensor.Name} is there twice");
            }

            if (tensor.Bytes is not { } bytes)
            {
                continue; // of a format that is not read: refused if it is needed
            }

            if (tensor.Offset % alignment != 0 || tensor.Offset < end)
            {
                problems.Add($"tensor {tensor.Name} begins at {tensor.Offset}, {(tensor.Offset < end ? "within another one" : $"which is no multiple of {alignment}")}");
            }
            else if (bytes > _length - start - tensor.Offset)
            {
                problems.Add($"tensor {tensor.Name} reaches beyond the end of the file, which is cut off");
            }

            end = Math.Max(end, tensor.Offset + bytes);
        }

        return problems.Count == 0 ? new GgufHead(metadata, infos, start) : throw new ArchitectureException(problems);
    }

    private GgufTensor Tensor()
    {
        string name = Text(LongestName);
        _where = $"the info of tensor {name}";
        uint rank = U32();
        if (rank is 0 or > MostDimensions)
        {
            throw new ArchitectureException($"tensor {name} has {rank} dimensions; at most {MostDimensions} are read");
        }

        var shape = new long[rank];
        long count = 1;
        for (int axis = (int)rank - 1; axis >= 0; axis--) // innermost first in the file
        {
            ulong dimension = U64();
            if (dimension is 0 or > int.MaxValue || count > long.MaxValue / 8 / (long)dimension)
            {
                throw new ArchitectureException($"tensor {name} has a dimension of {dimension}");
            }

            shape[axis] = (long)dimension;
            count *= shape[axis];
        }

        uint type = U32();
        ulong offset = U64();
        return offset < (ulong)_length ? new GgufTensor(name, [.. shape], type, (long)offset) : throw new ArchitectureException($"tensor {name} begins at {offset}, beyond the end of the file, which is cut off");
    }

    private object Value(uint type) => type switch
    {
        0 => (long)Bytes(1)[0],
        1 => (long)(sbyte)Bytes(1)[0],
        2 => (long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)),
        3 => (long)BinaryPrimitives.ReadInt16LittleEndian(Bytes(2)),
        4 => (long)U32(),
        5 => (long)(int)U32(),
        6 => (double)BinaryPrimitives.ReadSingleLittleEndian(Bytes(4)),
        7 => Bytes(1)[0] is var flag and <= 1 ? flag == 1 : throw Wrong("a flag that is neither 0 nor 1"),
        8 => Text(LongestMetadata),
        9 => Array(U32(), U64()),
        10 => U64() is var whole and <= long.MaxValue ? (long)whole : throw Wrong("a number of more than 63 bits"),
        11 => (long)U64(),
        12 => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(8)),
        _ => throw Wrong($"the value type {type}, which is not known"),
    };

    /// <summary>Texts as such, all else as numbers.</summary>
    private object Array(uint type, ulong count)
    {
        int least = type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, 8 or 10 or 11 or 12 => 8, _ => throw Wrong($"an array of the value type {type}, which is not read") };
        if (count > (ulong)((_length - _at) / least) || count > (ulong)(_left / least))
        {
            throw Wrong($"an array of {count} values, for which the file has no room");
        }

        _left -= (long)count * least;
        if (type == 8)
        {
            var texts = new string[count];
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = Text(LongestMetadata);
            }

            return texts;
        }

        var numbers = new double[count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Value(type) switch { long whole => whole, bool flag => flag ? 1 : 0, double real => real, _ => 0 };
        }

        return numbers;
    }

    private string Text(long most)
    {
        ulong length = U64();
        if (length > (ulong)most || length > (ulong)_left || length > (ulong)(_length - _at))
        {
            throw Wrong($"a text of {length} bytes, which is too long or cut off");
        }

        _left -= (long)length;
        var bytes = new byte[length];
        Fill(bytes);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Wrong("a text that is not UTF-8");
    }

    private uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    private ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    private ReadOnlySpan<byte> Bytes(int count)
    {
        Fill(_scratch.AsSpan(0, count));
        return _scratch.AsSpan(0, count);
    }

    private void Fill(Span<byte> bytes)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != bytes.Length)
        {
            throw new ArchitectureException($"the file ends within {_where}");
        }

        _at += bytes.Length;
    }

    private ArchitectureException Wrong(string what) => new($"{_where} has {what}");
}

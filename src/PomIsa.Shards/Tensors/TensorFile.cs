using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PomIsa.Shards;

/// <summary>Weight shards in safetensors form: u64 LE header length, JSON header, data (spec/shards.md, 1).</summary>
public static class TensorFile
{
    /// <summary>Longest JSON header that is read or written, in bytes.</summary>
    public const int MaxHeaderLength = 16 * 1024 * 1024;

    /// <summary>The data area of a written file begins at a multiple of this many bytes.</summary>
    public const int Alignment = 64;

    internal const string MetadataKey = "__metadata__";

    /// <summary>Writes the tensors in the given order, atomically; the same tensors always give the same bytes.</summary>
    /// <exception cref="ArgumentException">A bad or repeated name, an unknown dtype, or bytes that do not fit the shape.</exception>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public static void Write(string path, IReadOnlyList<TensorData> tensors)
    {
        byte[] head = EncodeHeader(tensors);
        StoredFile.Write(path, (head, tensors), static (file, content) =>
        {
            file.Write(content.head);
            foreach (TensorData tensor in content.tensors)
            {
                file.Write(tensor.Bytes.Span);
            }
        });
    }

    /// <summary>The whole file in memory: what <see cref="Write"/> puts on disk.</summary>
    public static byte[] Encode(IReadOnlyList<TensorData> tensors)
    {
        using var bytes = new MemoryStream();
        bytes.Write(EncodeHeader(tensors));
        foreach (TensorData tensor in tensors)
        {
            bytes.Write(tensor.Bytes.Span);
        }

        return bytes.ToArray();
    }

    /// <summary>Reads the header of a whole file in memory. Hostile input: never throws.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> file, [NotNullWhen(true)] out TensorFileHeader? header, out ShardFault fault)
    {
        header = null;
        if (!TryHeaderLength(file, file.Length, out int length, out fault))
        {
            return false;
        }

        return TensorHeaderReader.TryRead(file.Slice(8, length).ToArray(), file.Length - 8 - length, out header, out fault);
    }

    /// <summary>Reads the header at the start of a seekable stream; the data is not touched.</summary>
    /// <exception cref="IOException">The stream failed, which says nothing about the file's form.</exception>
    public static bool TryReadHeader(Stream file, [NotNullWhen(true)] out TensorFileHeader? header, out ShardFault fault)
    {
        header = null;
        Span<byte> prefix = stackalloc byte[8];
        file.Position = 0;
        int got = file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false);
        if (!TryHeaderLength(prefix[..got], file.Length, out int length, out fault))
        {
            return false;
        }

        var json = new byte[length];
        if (file.ReadAtLeast(json, length, throwOnEndOfStream: false) != length)
        {
            fault = new ShardFault(ShardFaultCode.HeaderTruncated, "header");
            return false;
        }

        return TensorHeaderReader.TryRead(json, file.Length - 8 - length, out header, out fault);
    }

    private static bool TryHeaderLength(ReadOnlySpan<byte> prefix, long fileLength, out int length, out ShardFault fault)
    {
        length = 0;
        fault = default;
        if (prefix.Length < 8)
        {
            fault = new ShardFault(ShardFaultCode.HeaderTruncated, "header length");
            return false;
        }

        ulong declared = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (declared > MaxHeaderLength || (long)declared > fileLength - 8)
        {
            fault = new ShardFault(ShardFaultCode.HeaderTooLarge, "header length");
            return false;
        }

        length = (int)declared;
        return true;
    }

    /// <summary>The header of a file whose data is written apart, in the order of the tensors; as long as is asked for, or as long as it must be.</summary>
    /// <param name="tensors">Each begins where the one before it ends.</param>
    /// <param name="length">Least length with its prefix, in bytes; a multiple of <see cref="Alignment"/>.</param>
    /// <exception cref="ArgumentException">A bad or repeated name, an unknown dtype, or offsets that do not fit the shape.</exception>
    public static byte[] Header(IReadOnlyList<TensorInfo> tensors, int length = 0)
    {
        var json = new StringBuilder("{");
        var names = new HashSet<string>(StringComparer.Ordinal);
        long at = 0;
        foreach (TensorInfo tensor in tensors)
        {
            Check(tensor, at, names);
            string shape = string.Join(',', tensor.Shape.Select(static d => d.ToString(CultureInfo.InvariantCulture)));
            json.Append(CultureInfo.InvariantCulture, $"{(json.Length == 1 ? "" : ",")}\"{tensor.Name}\":{{\"dtype\":\"{tensor.DType}\",\"shape\":[{shape}],\"data_offsets\":[{at},{tensor.End}]}}");
            at = tensor.End;
        }

        json.Append('}');
        json.Append(' ', Math.Max((Alignment - ((8 + json.Length) % Alignment)) % Alignment, length - 8 - json.Length));
        if (json.Length > MaxHeaderLength)
        {
            throw new ArgumentException("The header would exceed 16 MiB.", nameof(tensors));
        }

        var head = new byte[8 + json.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)json.Length);
        Encoding.ASCII.GetBytes(json.ToString(), head.AsSpan(8));
        return head;
    }

    private static byte[] EncodeHeader(IReadOnlyList<TensorData> tensors)
    {
        var infos = new List<TensorInfo>(tensors.Count);
        long at = 0;
        foreach (TensorData tensor in tensors)
        {
            infos.Add(new TensorInfo(tensor.Name, tensor.DType, tensor.Shape, at, at += tensor.Bytes.Length));
        }

        return Header(infos);
    }

    private static void Check(TensorInfo tensor, long at, HashSet<string> names)
    {
        // Printable ASCII without quote and backslash needs no escapes, so a name has one spelling.
        if (tensor.Name.Length == 0 || tensor.Name == MetadataKey || tensor.Name.Any(static c => c is <= ' ' or > '~' or '"' or '\\'))
        {
            throw new ArgumentException($"'{tensor.Name}' is no tensor name: printable ASCII without space, quote and backslash.");
        }

        if (!names.Add(tensor.Name))
        {
            throw new ArgumentException($"Tensor '{tensor.Name}' appears twice.");
        }

        if (!DTypes.TryGetSize(tensor.DType, out int size))
        {
            throw new ArgumentException($"Tensor '{tensor.Name}' has unknown dtype '{tensor.DType}'.");
        }

        if (tensor.Shape.Length > TensorHeaderReader.MaxRank
            || !DTypes.TryGetByteLength(size, tensor.Shape.AsSpan(), out long bytes) || bytes != tensor.ByteLength || tensor.Begin != at)
        {
            throw new ArgumentException($"Tensor '{tensor.Name}' has {tensor.ByteLength} bytes, which do not fit {tensor.DType}[{string.Join(',', tensor.Shape)}].");
        }
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>Parses the JSON header of a tensor file and checks every claim that it makes about the data area.</summary>
internal static class TensorHeaderReader
{
    public const int MaxRank = 8;

    public static bool TryRead(byte[] json, long dataLength, [NotNullWhen(true)] out TensorFileHeader? header, out ShardFault fault)
    {
        if (!WrittenHeader.TryRead(json, dataLength, out List<TensorInfo>? tensors))
        {
            return TryReadAny(json, dataLength, out header, out fault);
        }

        header = Covers(tensors, dataLength, out fault) ? new TensorFileHeader([.. tensors], ImmutableDictionary<string, string>.Empty, 8 + json.Length, dataLength) : null;
        return header is not null;
    }

    /// <summary>The same, of any writer.</summary>
    internal static bool TryReadAny(byte[] json, long dataLength, [NotNullWhen(true)] out TensorFileHeader? header, out ShardFault fault)
    {
        header = null;
        fault = new ShardFault(ShardFaultCode.HeaderMalformed, "header");
        if (json.Length == 0 || json[0] != (byte)'{' || !HostileJson.TryParse(json, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            var metadata = ImmutableDictionary<string, string>.Empty;
            var tensors = new List<TensorInfo>();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!HostileJson.TryKey(property, out string? name))
                {
                    return false;
                }

                if (name == TensorFile.MetadataKey)
                {
                    if (!TryMetadata(property.Value, out metadata))
                    {
                        return false;
                    }
                }
                else if (TryTensor(name, property.Value, dataLength, out TensorInfo? tensor, out fault))
                {
                    tensors.Add(tensor);
                }
                else
                {
                    return false;
                }
            }

            tensors.Sort(static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
            if (!Covers(tensors, dataLength, out fault))
            {
                return false;
            }

            header = new TensorFileHeader([.. tensors], metadata, 8 + json.Length, dataLength);
            return true;
        }
    }

    private static bool TryMetadata(JsonElement element, out ImmutableDictionary<string, string> metadata)
    {
        var builder = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        metadata = ImmutableDictionary<string, string>.Empty;
        if (element.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!HostileJson.TryKey(property, out string? key) || !HostileJson.TryText(property.Value, out string? value))
            {
                return false;
            }

            builder[key] = value;
        }

        metadata = builder.ToImmutable();
        return true;
    }

    private static bool TryTensor(string name, JsonElement element, long dataLength, [NotNullWhen(true)] out TensorInfo? tensor, out ShardFault fault)
    {
        tensor = null;
        fault = new ShardFault(ShardFaultCode.TensorMalformed, name);
        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() != 3
            || !HostileJson.TryMemberText(element, "dtype"u8, out string? dtype)
            || !HostileJson.TryMember(element, "shape"u8, out JsonElement shapeElement)
            || !HostileJson.TryMember(element, "data_offsets"u8, out JsonElement offsetsElement)
            || !TryCounts(shapeElement, MaxRank, out ImmutableArray<long> shape)
            || !TryCounts(offsetsElement, 2, out ImmutableArray<long> offsets) || offsets.Length != 2)
        {
            return false;
        }

        if (!DTypes.TryGetSize(dtype, out int size))
        {
            fault = new ShardFault(ShardFaultCode.TensorDTypeUnknown, name);
            return false;
        }

        if (offsets[0] > offsets[1] || offsets[1] > dataLength)
        {
            fault = new ShardFault(ShardFaultCode.TensorRange, name);
            return false;
        }

        if (!DTypes.TryGetByteLength(size, shape.AsSpan(), out long bytes) || bytes != offsets[1] - offsets[0])
        {
            fault = new ShardFault(ShardFaultCode.TensorSize, name);
            return false;
        }

        fault = default;
        tensor = new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
        return true;
    }

    private static bool TryCounts(JsonElement element, int most, out ImmutableArray<long> counts)
    {
        counts = [];
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > most)
        {
            return false;
        }

        var builder = ImmutableArray.CreateBuilder<long>(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (!HostileJson.TryCount(item, out long value))
            {
                return false;
            }

            builder.Add(value);
        }

        counts = builder.MoveToImmutable();
        return true;
    }

    /// <summary>Each tensor begins where the one before it ends, and the last ends with the file.</summary>
    private static bool Covers(List<TensorInfo> tensors, long dataLength, out ShardFault fault)
    {
        long at = 0;
        foreach (TensorInfo tensor in tensors)
        {
            if (tensor.Begin != at)
            {
                fault = new ShardFault(ShardFaultCode.TensorGap, tensor.Name);
                return false;
            }

            at = tensor.End;
        }

        fault = at == dataLength ? default : new ShardFault(ShardFaultCode.TensorGap, "end of file");
        return at == dataLength;
    }
}

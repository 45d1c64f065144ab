using System.Collections.Frozen;

namespace PomIsa.Shards;

/// <summary>The element types of tensor files, by their safetensors names.</summary>
public static class DTypes
{
    private static readonly FrozenDictionary<string, int> Sizes = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["F32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I8"] = 1,
        ["I32"] = 4,
        ["I64"] = 8,
        ["U8"] = 1,
        ["BOOL"] = 1,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Bytes of one element; false for an unknown name.</summary>
    public static bool TryGetSize(string dtype, out int bytes) => Sizes.TryGetValue(dtype, out bytes);

    /// <summary>Bytes of a whole tensor: product(shape) × element size; false where it overflows or a dimension is negative.</summary>
    public static bool TryGetByteLength(int elementSize, ReadOnlySpan<long> shape, out long bytes)
    {
        bytes = elementSize;
        foreach (long dimension in shape)
        {
            if (dimension < 0 || (dimension != 0 && bytes > long.MaxValue / dimension))
            {
                bytes = 0;
                return false;
            }

            bytes *= dimension;
        }

        return true;
    }
}

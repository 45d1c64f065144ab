namespace PomIsa.Shards;

/// <summary>The element types of tensor files, by their safetensors names.</summary>
public static class DTypes
{
    private static readonly string[] s_names = ["F32", "F16", "BF16", "I8", "I32", "I64", "U8", "BOOL"];

    /// <summary>All names.</summary>
    internal static ReadOnlySpan<string> Names => s_names;

    /// <summary>Bytes of one element; false for an unknown name.</summary>
    public static bool TryGetSize(string dtype, out int bytes)
    {
        bytes = dtype switch
        {
            "F32" or "I32" => 4,
            "F16" or "BF16" => 2,
            "I8" or "U8" or "BOOL" => 1,
            "I64" => 8,
            _ => 0,
        };
        return bytes > 0;
    }

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

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;

namespace PomIsa.Disputes.Values;

/// <summary>Blocks of the weights that travel inside a module: nobody needs to open them.</summary>
internal sealed class InlineBlocks(Module module)
{
    private readonly Dictionary<int, byte[]> _weights = module.Data.ToDictionary(static d => d.Weight, static d => ImmutableCollectionsMarshal.AsArray(d.Bytes)!);

    /// <summary>A block, if the weight is inside.</summary>
    public bool TryBlock(int weight, int part, long block, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!_weights.TryGetValue(weight, out byte[]? inside))
        {
            return false;
        }

        long start = 0;
        ImmutableArray<StoredTensor> parts = WeightStorage.Of(module.Weights[weight]);
        for (int i = 0; i < part; i++)
        {
            start += WeightStorage.Bytes(parts[i]);
        }

        long length = WeightStorage.Bytes(parts[part]), from = block * Commitment.BlockBytes;
        if (from >= length)
        {
            return false;
        }

        bytes = inside.AsMemory((int)(start + from), (int)Math.Min(Commitment.BlockBytes, length - from));
        return true;
    }
}

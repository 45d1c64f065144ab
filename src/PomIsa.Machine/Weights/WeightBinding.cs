using System.Security.Cryptography;
using PomIsa.Isa;
using PomIsa.Shards;

namespace PomIsa.Machine.Weights;

/// <summary>Finds the tensors that a module names and checks that they are the ones it was bound to.</summary>
internal static unsafe class WeightBinding
{
    public static bool TryBind(WeightEntry entry, WeightSet set, out BoundWeight? bound, out MachineFault fault)
    {
        bound = null;
        bool quantized = entry.Element == DType.W8;
        if (!TryFind(entry.Name, quantized ? "I8" : "F32", StoredShape(entry), set, out byte* data, out long length, out fault))
        {
            return false;
        }

        byte* scales = null;
        long scaleLength = 0;
        if (quantized && !TryFind(entry.Name + ".scale", "F32", [entry.Shape[1]], set, out scales, out scaleLength, out fault))
        {
            return false;
        }

        if (entry.Digest.IsZero)
        {
            fault = new MachineFault(FaultCode.UnboundWeight, Detail: $"'{entry.Name}' has no digest; assemble with --weights");
            return false;
        }

        if (DigestOf(data, length, scales, scaleLength) != entry.Digest)
        {
            fault = new MachineFault(
                FaultCode.ShardMismatch, Detail: $"'{entry.Name}' is not the tensor that the program was assembled with");
            return false;
        }

        bound = new BoundWeight(entry, data, length, (float*)scales);
        return true;
    }

    private static bool TryFind(
        string name, string dtype, ReadOnlySpan<long> shape, WeightSet set, out byte* data, out long length, out MachineFault fault)
    {
        length = 0;
        fault = default;
        if (!set.TryGetPointer(name, out TensorInfo? info, out data))
        {
            fault = new MachineFault(FaultCode.ShardMismatch, Detail: $"the weights hold no tensor '{name}'");
            return false;
        }

        length = info.ByteLength;
        if (info.DType != dtype || !info.Shape.AsSpan().SequenceEqual(shape))
        {
            fault = new MachineFault(
                FaultCode.ShardMismatch,
                Detail: $"'{name}' is {info.DType}[{string.Join(',', info.Shape)}], not {dtype}[{string.Join(',', shape.ToArray())}]");
            return false;
        }

        return true;
    }

    private static long[] StoredShape(WeightEntry entry) => entry switch
    {
        { Element: DType.W8 } => [entry.Shape[1] / 16, entry.Shape[0] / 4, 16, 4],
        { Layout: WeightLayout.Panels16 } => [entry.Shape[1] / 16, entry.Shape[0], 16],
        _ => [.. entry.Shape.Select(d => (long)d)],
    };

    private static Digest DigestOf(byte* data, long length, byte* scales, long scaleLength)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(new ReadOnlySpan<byte>(data, checked((int)length)));
        hash.AppendData(new ReadOnlySpan<byte>(scales, checked((int)scaleLength)));
        return new Digest(hash.GetHashAndReset());
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Shards;

namespace PomIsa.Machine.Weights;

/// <summary>Finds the tensors that a module names and checks that they are the ones it was bound to.</summary>
internal static unsafe class WeightBinding
{
    private const int Piece = 1 << 30;

    /// <summary>Binds all weights, several threads at once, the largest first; of several faults the first in order is told.</summary>
    public static bool TryBindAll(ImmutableArray<WeightEntry> entries, WeightSet? set, InlineWeights inline, out BoundWeight[] bound, out MachineFault fault)
    {
        fault = default;
        var weights = new BoundWeight?[entries.Length];
        var faults = new MachineFault[entries.Length];
        int[] order = [.. Enumerable.Range(0, entries.Length).OrderByDescending(i => entries[i].Shape.Aggregate(1L, static (a, b) => a * b))];
        int next = -1;
        ThreadTeam.Run(Math.Min(Environment.ProcessorCount, order.Length), () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < order.Length;)
            {
                TryBind(order[i], entries[order[i]], set, inline, out weights[order[i]], out faults[order[i]]);
            }
        });
        bound = weights!;
        int failed = Array.IndexOf(weights, null);
        fault = failed < 0 ? default : faults[failed];
        return failed < 0;
    }

    private static bool TryBind(
        int index, WeightEntry entry, WeightSet? set, InlineWeights inline, out BoundWeight? bound, out MachineFault fault)
    {
        bound = null;
        fault = default;
        byte* inside = inline[index];
        if (entry.Digest.IsZero)
        {
            fault = new MachineFault(FaultCode.UnboundWeight, Detail: $"'{entry.Name}' has no digest; assemble with --weights");
            return false;
        }

        byte* data = null, subScales = null, scales = null;
        long dataLength = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StoredTensor part in WeightStorage.Of(entry))
        {
            byte* start;
            long length;
            if (inside != null)
            {
                start = inside;
                length = WeightStorage.Bytes(part);
                inside += length;
            }
            else if (!TryFind(entry.Name + part.Suffix, part.DType, part.Shape.AsSpan(), set, out start, out length, out fault))
            {
                return false;
            }

            for (long at = 0; at < length; at += Piece)
            {
                hash.AppendData(new ReadOnlySpan<byte>(start + at, (int)Math.Min(Piece, length - at)));
            }

            switch (part.Suffix)
            {
                case WeightStorage.Scale:
                    scales = start;
                    break;
                case WeightStorage.Sub:
                    subScales = start;
                    break;
                default:
                    data = start;
                    dataLength = length;
                    break;
            }
        }

        if (new Digest(hash.GetHashAndReset()) != entry.Digest)
        {
            fault = new MachineFault(
                FaultCode.ShardMismatch, Detail: $"'{entry.Name}' is not the tensor that the program was assembled with");
            return false;
        }

        bound = new BoundWeight(entry, data, dataLength, (float*)scales, subScales);
        return true;
    }

    private static bool TryFind(
        string name, string dtype, ReadOnlySpan<long> shape, WeightSet? set, out byte* data, out long length, out MachineFault fault)
    {
        length = 0;
        fault = default;
        data = null;
        if (set is null)
        {
            fault = new MachineFault(FaultCode.ShardMismatch, Detail: $"the program needs weights ('{name}' and perhaps others) and got none");
            return false;
        }

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
}

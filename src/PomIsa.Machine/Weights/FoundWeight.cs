using System.Security.Cryptography;
using PomIsa.Isa;
using PomIsa.Shards;

namespace PomIsa.Machine.Weights;

/// <summary>Where the tensors of a weight lie in memory: its own, then sub-scales, then scales, whichever it has. Its digest covers them in this order.</summary>
internal unsafe struct FoundWeight
{
    private const int Piece = 1 << 30;

    private byte* _data, _subScales, _scales;
    private long _dataLength, _subScalesLength, _scalesLength;

    /// <summary>The first byte that the digest covers.</summary>
    public readonly byte* Start => _data;

    /// <summary>Bytes that the digest covers.</summary>
    public readonly long Length => _dataLength + _subScalesLength + _scalesLength;

    /// <summary>Whether these bytes lie one after the other.</summary>
    public readonly bool IsOnePiece =>
        (_subScalesLength == 0 || _subScales == _data + _dataLength) && (_scalesLength == 0 || _scales == _data + _dataLength + _subScalesLength);

    /// <summary>Finds the tensors and checks their forms.</summary>
    /// <param name="entry">The weight.</param>
    /// <param name="inside">Its bytes inside the module; null where it has none there.</param>
    /// <param name="set">The weights outside; null where there are none.</param>
    /// <param name="found">The tensors.</param>
    /// <param name="fault">What is missing or of another form.</param>
    public static bool TryFind(WeightEntry entry, byte* inside, WeightSet? set, out FoundWeight found, out MachineFault fault)
    {
        found = default;
        fault = default;
        if (entry.Digest.IsZero)
        {
            fault = new MachineFault(FaultCode.UnboundWeight, Detail: $"'{entry.Name}' has no digest; assemble with --weights");
            return false;
        }

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
            else if (!TryFind(part.Suffix.Length == 0 ? entry.Name : entry.Name + part.Suffix, part.DType, part.Shape.AsSpan(), set, out start, out length, out fault))
            {
                return false;
            }

            switch (part.Suffix)
            {
                case WeightStorage.Scale:
                    found._scales = start;
                    found._scalesLength = length;
                    break;
                case WeightStorage.Sub:
                    found._subScales = start;
                    found._subScalesLength = length;
                    break;
                default:
                    found._data = start;
                    found._dataLength = length;
                    break;
            }
        }

        return true;
    }

    /// <summary>SHA-256 of its bytes, by the library.</summary>
    public readonly Digest Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, _data, _dataLength);
        Append(hash, _subScales, _subScalesLength);
        Append(hash, _scales, _scalesLength);
        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }

    /// <summary>The weight as it is computed with.</summary>
    public readonly BoundWeight Bind(WeightEntry entry) => new(entry, _data, _dataLength, (float*)_scales, _subScales);

    private static void Append(IncrementalHash hash, byte* start, long length)
    {
        for (long at = 0; at < length; at += Piece)
        {
            hash.AppendData(new ReadOnlySpan<byte>(start + at, (int)Math.Min(Piece, length - at)));
        }
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

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace PomIsa.Shards;

/// <summary>Reads a tensor file's header in the one form that <see cref="TensorFile.Write"/> gives it (spec/shards.md, rule 8), without a reader of JSON. All else is left to that.</summary>
internal ref struct WrittenHeader
{
    private const int MostDigits = 18;

    private readonly ReadOnlySpan<byte> _json;
    private int _at;

    private WrittenHeader(ReadOnlySpan<byte> json) => _json = json;

    /// <summary>The tensors in their order, each with a range inside the data area that has its shape's length; false where anything is not as written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, long dataLength, [NotNullWhen(true)] out List<TensorInfo>? tensors)
    {
        tensors = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new WrittenHeader(json.TrimEnd((byte)' '));
        long before = 0;
        if (!reader.Takes("{"u8))
        {
            return false;
        }

        while (!reader.Takes("}"u8))
        {
            if ((tensors.Count > 0 && !reader.Takes(","u8)) || !reader.TryTensor(out TensorInfo? tensor)
                || tensor.Begin != before || tensor.End > dataLength || !names.Add(tensor.Name))
            {
                return false;
            }

            tensors.Add(tensor);
            before = tensor.End;
        }

        return reader._at == reader._json.Length;
    }

    private bool TryTensor([NotNullWhen(true)] out TensorInfo? tensor)
    {
        tensor = null;
        if (!TryText(out ReadOnlySpan<byte> name) || name.SequenceEqual("__metadata__"u8)
            || !Takes(":{\"dtype\":"u8) || !TryText(out ReadOnlySpan<byte> type) || DType(type) is not { } dtype
            || !Takes(",\"shape\":["u8) || !TryShape(out long[] shape)
            || !Takes(",\"data_offsets\":["u8) || !TryNumber(out long begin) || !Takes(","u8) || !TryNumber(out long end) || !Takes("]}"u8)
            || !DTypes.TryGetSize(dtype, out int size) || !DTypes.TryGetByteLength(size, shape, out long bytes) || begin > end || bytes != end - begin)
        {
            return false;
        }

        tensor = new TensorInfo(Encoding.ASCII.GetString(name), dtype, ImmutableCollectionsMarshal.AsImmutableArray(shape), begin, end);
        return true;
    }

    private bool TryShape(out long[] shape)
    {
        Span<long> numbers = stackalloc long[TensorHeaderReader.MaxRank];
        int rank = 0;
        while (!Takes("]"u8))
        {
            if (rank == numbers.Length || (rank > 0 && !Takes(","u8)) || !TryNumber(out numbers[rank++]))
            {
                shape = [];
                return false;
            }
        }

        shape = numbers[..rank].ToArray();
        return true;
    }

    private bool Takes(ReadOnlySpan<byte> expected)
    {
        bool takes = _json[_at..].StartsWith(expected);
        _at += takes ? expected.Length : 0;
        return takes;
    }

    // Printable ASCII without space, quote and backslash.
    private bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Takes("\""u8))
        {
            return false;
        }

        int from = _at;
        while (_at < _json.Length && _json[_at] is > (byte)' ' and <= (byte)'~' and not (byte)'"' and not (byte)'\\')
        {
            _at++;
        }

        text = _json[from.._at];
        return Takes("\""u8);
    }

    private bool TryNumber(out long number)
    {
        number = 0;
        int from = _at;
        while (_at < _json.Length && _at - from < MostDigits && _json[_at] is >= (byte)'0' and <= (byte)'9')
        {
            number = (number * 10) + (_json[_at++] - '0');
        }

        return _at > from && (_json[from] != '0' || _at == from + 1);
    }

    private static string? DType(ReadOnlySpan<byte> name)
    {
        foreach (string known in DTypes.Names)
        {
            if (name.Length == known.Length && Ascii.Equals(name, known))
            {
                return known;
            }
        }

        return null;
    }
}

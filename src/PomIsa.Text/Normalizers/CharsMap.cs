using System.Buffers.Binary;
using System.Text;

namespace PomIsa.Text.Normalizers;

/// <summary>SentencePiece's compiled table of replacements: a double-array trie over UTF-8 and the texts that it points to.</summary>
/// <remarks>
/// The longest key at each place is replaced, as SentencePiece does it. Our own: the tokenizer package applies such a table to Unigram
/// models alone, and only in their SentencePiece form.
/// </remarks>
internal sealed class CharsMap
{
    private readonly uint[] _units;
    private readonly byte[] _texts;

    private CharsMap(uint[] units, byte[] texts) => (_units, _texts) = (units, texts);

    /// <summary>Reads a table; null for an empty one.</summary>
    /// <exception cref="InvalidDataException">It is cut off.</exception>
    public static CharsMap? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        uint size = bytes.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (size > bytes.Length - 4 || size % 4 != 0 || size == 0)
        {
            throw new InvalidDataException("The normalizer's compiled table is cut off.");
        }

        var units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + 4 * i)..]);
        }

        return new CharsMap(units, bytes[(4 + (int)size)..].ToArray());
    }

    public string Apply(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var mapped = new List<byte>(bytes.Length);
        for (int at = 0; at < bytes.Length;)
        {
            if (TryMatch(bytes.AsSpan(at), out int length, out int value))
            {
                ReadOnlySpan<byte> from = value < _texts.Length ? _texts.AsSpan(value) : default;
                int end = from.IndexOf((byte)0);
                mapped.AddRange(end < 0 ? from : from[..end]);
                if (mapped.Count > TextLimits.NormalizedChars)
                {
                    throw new InvalidDataException("The normalizer's table makes the text too long.");
                }

                at += length;
                continue;
            }

            do
            {
                mapped.Add(bytes[at++]);
            }
            while (at < bytes.Length && (bytes[at] & 0xC0) == 0x80);
        }

        return Encoding.UTF8.GetString([.. mapped]);
    }

    // Units as Darts-clone lays them out: bits 0-7 the label, 8 whether a value follows, 9 the offset's scale, 10-30 the offset; a value has bit 31.
    private bool TryMatch(ReadOnlySpan<byte> key, out int length, out int value)
    {
        (length, value) = (0, 0);
        uint node = Offset(_units[0]);
        for (int i = 0; i < key.Length; i++)
        {
            node ^= key[i];
            if (node >= (uint)_units.Length || (_units[node] & 0x800000FF) != key[i])
            {
                break;
            }

            uint unit = _units[node];
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 1 && node < (uint)_units.Length)
            {
                (length, value) = (i + 1, (int)(_units[node] & 0x7FFFFFFF));
            }
        }

        return length > 0;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1 << 9)) >> 6);
}

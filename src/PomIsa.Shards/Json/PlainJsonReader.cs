using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PomIsa.Shards;

/// <summary>
/// Reads JSON such as we write it, without what it takes to begin with the framework's reader: that lasts longer than to check a log's signature. Whatever is
/// out of the ordinary it leaves to that reader: mistakes, objects with very many members, and very many values.
/// </summary>
internal ref struct PlainJsonReader
{
    private const int MostMembers = 64;
    private const int MostValues = 1 << 17; // a manifest of 4 MiB has fewer

    private readonly ReadOnlySpan<byte> _json;
    private readonly int _maxDepth;
    private int _at, _values;

    private PlainJsonReader(ReadOnlySpan<byte> json, int maxDepth)
    {
        _json = json;
        _maxDepth = maxDepth;
    }

    /// <summary>The value, or null where the framework's reader is to say what it is.</summary>
    /// <param name="json">UTF-8; any bytes.</param>
    /// <param name="maxDepth">Arrays and objects inside each other at most.</param>
    public static JsonTree? Read(ReadOnlySpan<byte> json, int maxDepth)
    {
        var reader = new PlainJsonReader(json, maxDepth);
        JsonTree? value = reader.Value(0);
        return reader.Next() < 0 ? value : null;
    }

    /// <summary>The next byte that is no blank, which is not taken; -1 at the end.</summary>
    private int Next()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _at++;
        }

        return _at < _json.Length ? _json[_at] : -1;
    }

    private bool Takes(char expected)
    {
        bool takes = Next() == expected;
        _at += takes ? 1 : 0;
        return takes;
    }

    private PlainJson? Value(int depth) => _values++ == MostValues ? null : Next() switch
    {
        '{' => depth < _maxDepth ? Object(depth + 1) : null,
        '[' => depth < _maxDepth ? Array(depth + 1) : null,
        '"' => String() is { } text ? new PlainJson(JsonValueKind.String, text) : null,
        't' => Word("true"u8, JsonValueKind.True),
        'f' => Word("false"u8, JsonValueKind.False),
        'n' => Word("null"u8, JsonValueKind.Null),
        _ => Number(),
    };

    private PlainJson? Object(int depth)
    {
        var value = PlainJson.Empty(JsonValueKind.Object);
        _at++;
        if (Takes('}'))
        {
            return value;
        }

        do
        {
            if (Next() != '"' || String() is not { } name || !Takes(':') || Value(depth) is not { } member
                || value.Names.Count == MostMembers || !value.TryAdd(name, member))
            {
                return null;
            }
        }
        while (Takes(','));
        return Takes('}') ? value : null;
    }

    private PlainJson? Array(int depth)
    {
        var value = PlainJson.Empty(JsonValueKind.Array);
        _at++;
        if (Takes(']'))
        {
            return value;
        }

        do
        {
            if (Value(depth) is not { } item)
            {
                return null;
            }

            value.Add(item);
        }
        while (Takes(','));
        return Takes(']') ? value : null;
    }

    private PlainJson? Word(ReadOnlySpan<byte> word, JsonValueKind kind)
    {
        if (!_json[_at..].StartsWith(word))
        {
            return null;
        }

        _at += word.Length;
        return new PlainJson(kind, "");
    }

    private PlainJson? Number()
    {
        int from = _at;
        _at += Peek() == '-' ? 1 : 0;
        if (Peek() == '0')
        {
            _at++;
        }
        else if (!Digits())
        {
            return null;
        }

        if (Peek() == '.')
        {
            _at++;
            if (!Digits())
            {
                return null;
            }
        }

        if (Peek() is 'e' or 'E')
        {
            _at++;
            _at += Peek() is '+' or '-' ? 1 : 0;
            if (!Digits())
            {
                return null;
            }
        }

        return new PlainJson(JsonValueKind.Number, Encoding.UTF8.GetString(_json[from.._at]));
    }

    private readonly int Peek() => _at < _json.Length ? _json[_at] : -1;

    private bool Digits()
    {
        int from = _at;
        while (Peek() is >= '0' and <= '9')
        {
            _at++;
        }

        return _at > from;
    }

    private string? String()
    {
        int from = ++_at;
        bool isEscaped = false;
        for (; Peek() is var next && next != '"'; _at++)
        {
            if (next < ' ')
            {
                return null; // a control character, or the end
            }

            if (next == '\\')
            {
                isEscaped = true;
                _at++;
            }
        }

        ReadOnlySpan<byte> text = _json[from.._at++];
        if (isEscaped && (text = Unescaped(text)).IsEmpty)
        {
            return null;
        }

        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : null;
    }

    /// <summary>The bytes of a text with escapes; none where one of them is wrong, or stands for half a surrogate pair.</summary>
    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        int count = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                bytes[count++] = text[at];
                continue;
            }

            int escape = "\"\\/bfnrt"u8.IndexOf(text[++at]);
            if (escape >= 0)
            {
                bytes[count++] = "\"\\/\b\f\n\r\t"u8[escape];
            }
            else if (TryRune(text[at..], out Rune rune))
            {
                count += rune.EncodeToUtf8(bytes.AsSpan(count));
                at += rune.IsBmp ? 4 : 10;
            }
            else
            {
                return [];
            }
        }

        return bytes.AsSpan(0, count);
    }

    /// <summary>What <c>u</c> and four digits stand for, or that, a backslash and the same once more.</summary>
    private static bool TryRune(ReadOnlySpan<byte> text, out Rune rune)
    {
        int first = Hex(text), second = Hex(text.Length > 6 && text[5] == '\\' ? text[6..] : []);
        return Rune.TryCreate(first, out rune)
            || (first >= 0 && second >= 0 && Rune.TryCreate((char)first, (char)second, out rune));
    }

    /// <summary>Four hexadecimal digits behind <c>u</c>; what is no scalar value where there are none.</summary>
    private static int Hex(ReadOnlySpan<byte> text)
    {
        if (text.Length < 5 || text[0] != 'u')
        {
            return -1;
        }

        int value = 0;
        foreach (byte digit in text[1..5])
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return -1;
            }

            value = (16 * value) + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return value;
    }
}

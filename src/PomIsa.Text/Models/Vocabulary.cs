using System.Globalization;
using PomIsa.Text.Files;

namespace PomIsa.Text.Models;

/// <summary>Tokens by spelling and by id, the added ones included.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string?> _spellings = [];

    /// <summary>One more than the highest id.</summary>
    public int Size => _spellings.Count;

    public IReadOnlyDictionary<string, int> Ids => _ids;

    public Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Lookup => _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Tokens that no model spells, which stand for one byte: <c>&lt;0x0A&gt;</c>.</summary>
    public static string ByteToken(byte value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    /// <summary>The byte of such a token, or -1.</summary>
    public static int ByteOf(string token) =>
        token is ['<', '0', 'x', _, _, '>'] && byte.TryParse(token.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte value) ? value : -1;

    public string? Spelling(int id) => id >= 0 && id < _spellings.Count ? _spellings[id] : null;

    public int? Find(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>Adds a token; false where its id, or its spelling with another id, is taken.</summary>
    public bool TryAdd(string token, int id)
    {
        if (_ids.TryGetValue(token, out int known))
        {
            return known == id;
        }

        if (Spelling(id) is not null)
        {
            return false;
        }

        while (_spellings.Count <= id)
        {
            _spellings.Add(null);
        }

        _spellings[id] = token;
        _ids.Add(token, id);
        return true;
    }

    /// <summary>Reads <c>{"token": id, …}</c>.</summary>
    public void ReadMap(JsonPart part)
    {
        foreach ((string token, JsonPart value) in part.Members)
        {
            int id = value.Id;
            if (token.Length > TextLimits.TokenChars || !TryAdd(token, id))
            {
                throw value.Wrong(token.Length > TextLimits.TokenChars ? "is too long a token" : string.Create(CultureInfo.InvariantCulture, $"is {id}, which another token has, or comes twice"));
            }
        }

        if (_ids.Count == 0)
        {
            throw part.Wrong("is empty");
        }
    }

    /// <summary>Ids of the 256 byte tokens, or null where one is missing.</summary>
    public int[]? ByteIds()
    {
        var ids = new int[256];
        for (int b = 0; b < ids.Length; b++)
        {
            if (!_ids.TryGetValue(ByteToken((byte)b), out ids[b]))
            {
                return null;
            }
        }

        return ids;
    }
}

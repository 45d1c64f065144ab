using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PomIsa.Oracle.Cases;

/// <summary>A JSON value that is written out once: a scalar by its text, a list, or fields in order.</summary>
internal sealed class Json
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string? _scalar;

    private Json(string? scalar, List<Json>? items, List<(string Key, Json Value)>? fields)
    {
        (_scalar, Items, Fields) = (scalar, items, fields);
        Length = scalar is not null ? scalar.Length
            : items is not null ? 2 + items.Sum(static i => i.Length + 2) - (items.Count > 0 ? 2 : 0)
            : 2 + fields!.Sum(static f => Quote(f.Key).Length + 4 + f.Value.Length) - (fields!.Count > 0 ? 2 : 0);
        HasLongList = items?.Count > JsonLayout.LongList || items?.Any(static i => i.HasLongList) == true || fields?.Any(static f => f.Value.HasLongList) == true;
    }

    public List<Json>? Items { get; }

    public List<(string Key, Json Value)>? Fields { get; }

    /// <summary>Characters on one line.</summary>
    public int Length { get; }

    public bool HasLongList { get; }

    public bool IsScalar => _scalar is not null;

    public static Json Null { get; } = new("null", null, null);

    public static Json Of(string text) => new(Quote(text), null, null);

    public static Json Of(long value) => new(value.ToString(CultureInfo.InvariantCulture), null, null);

    /// <summary>A number that readers may not hold exactly, as a text.</summary>
    public static Json Decimal(long value) => new($"\"{value.ToString(CultureInfo.InvariantCulture)}\"", null, null);

    public static Json Hex(ulong bits, int bytes) => new($"\"{bits.ToString("x16", CultureInfo.InvariantCulture)[^(2 * bytes)..]}\"", null, null);

    public static Json List(IEnumerable<Json> items) => new(null, [.. items], null);

    public static Json Of(IEnumerable<int> values) => List(values.Select(static v => Of(v)));

    /// <summary>Fields in order; those without a value are left out.</summary>
    public static Json Object(params IEnumerable<(string Key, Json? Value)> fields) =>
        new(null, null, [.. fields.Where(static f => f.Value is not null).Select(static f => (f.Key, f.Value!))]);

    public static string Quote(string text) => JsonSerializer.Serialize(text, Plain);

    public override string ToString()
    {
        var text = new StringBuilder();
        Inline(text);
        return text.ToString();
    }

    /// <summary>The whole value on one line.</summary>
    public void Inline(StringBuilder text)
    {
        if (_scalar is not null)
        {
            text.Append(_scalar);
        }
        else if (Items is not null)
        {
            text.Append('[');
            for (int i = 0; i < Items.Count; i++)
            {
                Items[i].Inline(i > 0 ? text.Append(", ") : text);
            }

            text.Append(']');
        }
        else
        {
            text.Append('{');
            for (int i = 0; i < Fields!.Count; i++)
            {
                Fields[i].Value.Inline((i > 0 ? text.Append(", ") : text).Append(Quote(Fields[i].Key)).Append(": "));
            }

            text.Append('}');
        }
    }
}

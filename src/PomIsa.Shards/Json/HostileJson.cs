using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace PomIsa.Shards;

/// <summary>JSON from strangers: valid UTF-8, shallow, no duplicate keys, no comments; never an exception.</summary>
internal static class HostileJson
{
    private const int MaxDepth = 16;

    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (!Utf8.IsValid(utf8.Span))
        {
            return false;
        }

        try
        {
            document = JsonDocument.Parse(utf8, new JsonDocumentOptions
            {
                MaxDepth = MaxDepth,
                AllowDuplicateProperties = false,
                CommentHandling = JsonCommentHandling.Disallow,
                AllowTrailingCommas = false,
            });
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped lone surrogate in a key.
            return false;
        }
    }

    public static bool TryText(JsonElement element, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = element.GetString();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            return false; // an escaped lone surrogate
        }
    }

    public static bool TryKey(JsonProperty property, [NotNullWhen(true)] out string? key)
    {
        try
        {
            key = property.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            key = null;
            return false;
        }
    }

    /// <summary>A member of an object; false where the element is no object or lacks it.</summary>
    public static bool TryMember(JsonElement element, ReadOnlySpan<byte> name, out JsonElement member)
    {
        member = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out member);
    }

    public static bool TryMemberText(JsonElement element, ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        return TryMember(element, name, out JsonElement member) && TryText(member, out text);
    }

    /// <summary>A whole number, 0 or more; exponents and fractions are refused.</summary>
    public static bool TryCount(JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value) && value >= 0;
    }

    /// <summary>The same JSON, where it is an ordinary one without what the framework's reader takes to begin with: that lasts longer than to check a manifest's signature.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonTree? root)
    {
        root = PlainJsonReader.Read(utf8.Span, MaxDepth);
        if (root is null && TryParse(utf8, out JsonDocument? document))
        {
            using (document)
            {
                root = new ElementJson(document.RootElement.Clone());
            }
        }

        return root is not null;
    }

    /// <inheritdoc cref="TryText(JsonElement, out string?)"/>
    public static bool TryText(JsonTree value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.Kind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.Text;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // an escaped lone surrogate
        }
    }

    /// <inheritdoc cref="TryMember(JsonElement, ReadOnlySpan{byte}, out JsonElement)"/>
    public static bool TryMember(JsonTree value, string name, [NotNullWhen(true)] out JsonTree? member)
    {
        member = value.Kind == JsonValueKind.Object ? value.Find(name) : null;
        return member is not null;
    }

    public static bool TryMemberText(JsonTree value, string name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        return TryMember(value, name, out JsonTree? member) && TryText(member, out text);
    }

    /// <inheritdoc cref="TryCount(JsonElement, out long)"/>
    public static bool TryCount(JsonTree value, out long count)
    {
        count = 0;
        return value.Kind == JsonValueKind.Number && long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count) && count >= 0;
    }
}

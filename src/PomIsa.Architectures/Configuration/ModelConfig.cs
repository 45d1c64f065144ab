using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PomIsa.Shards;

namespace PomIsa.Architectures.Configuration;

/// <summary>A configuration as strangers write it. Members are taken within bounds; what is wrong is noted, and told together.</summary>
/// <remarks>A member that is <c>null</c> counts as absent, but for <see cref="IsNull"/>.</remarks>
internal sealed class ModelConfig
{
    private const int LongestText = 1024, LongestList = 1 << 16;

    private readonly JsonElement _element;
    private readonly string _path;
    private readonly List<string> _problems;

    /// <param name="element">An object.</param>
    /// <param name="path">What messages call it: <c>config.json: </c>.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public ModelConfig(JsonElement element, string path, List<string> problems) => (_element, _path, _problems) = (element, path, problems);

    /// <summary>Greatest dimension that any member may give.</summary>
    public const int LargestDimension = 1 << 24;

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether there is a value.</summary>
    public bool Has(string key) => TryMember(key, out _);

    /// <summary>Whether it is there and null.</summary>
    public bool IsNull(string key) =>
        _element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(key, out JsonElement member) && member.ValueKind == JsonValueKind.Null;

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    /// <param name="otherwise">Its value where it is absent; null: it must be there.</param>
    public int Whole(string key, int? otherwise = null, int least = 1, int most = LargestDimension)
    {
        if (!TryMember(key, out JsonElement member))
        {
            return otherwise ?? Missing(key, least);
        }

        return member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out long value) && value >= least && value <= most
            ? (int)value
            : Wrong(key, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"), least);
    }

    /// <summary>A number within bounds.</summary>
    public double Real(string key, double? otherwise, double least, double most)
    {
        if (!TryMember(key, out JsonElement member))
        {
            return otherwise ?? Missing(key, least);
        }

        return TryReal(member, out double value) && value >= least && value <= most
            ? value
            : Wrong(key, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), least);
    }

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool otherwise = false)
    {
        if (!TryMember(key, out JsonElement member))
        {
            return otherwise;
        }

        return member.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.ValueKind == JsonValueKind.True : Wrong(key, "true or false", false);
    }

    /// <summary>A short text, or null where there is none.</summary>
    public string? Text(string key)
    {
        if (!TryMember(key, out JsonElement member))
        {
            return null;
        }

        return HostileJson.TryText(member, out string? text) && text.Length <= LongestText ? text : Wrong<string?>(key, "a text", null);
    }

    /// <summary>An object, or null where there is none.</summary>
    public ModelConfig? Object(string key)
    {
        if (!TryMember(key, out JsonElement member))
        {
            return null;
        }

        return member.ValueKind == JsonValueKind.Object
            ? new ModelConfig(member, $"{_path}{key}.", _problems)
            : Wrong<ModelConfig?>(key, "an object", null);
    }

    /// <summary>Numbers within bounds, or null where there is no list.</summary>
    public ImmutableArray<float>? Reals(string key, double least, double most) =>
        List(key, $"a list of numbers from {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}",
            item => TryReal(item, out double value) && value >= least && value <= most ? (float)value : (float?)null);

    /// <summary>Whole numbers within bounds, or null where there is no list; one number is a list of one.</summary>
    public ImmutableArray<int>? Wholes(string key, int least, int most) =>
        List(key, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}, or a list of them"),
            item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long value) && value >= least && value <= most ? (int)value : (int?)null);

    /// <summary>Texts, each one of a few, or null where there is no list.</summary>
    public ImmutableArray<int>? Choices(string key, ImmutableArray<string> known) =>
        List(key, $"a list of {string.Join(" and ", known)}", item =>
            HostileJson.TryText(item, out string? text) && known.IndexOf(text) is >= 0 and int index ? index : (int?)null);

    /// <summary>Notes a problem of a member.</summary>
    public void Refuse(string key, string why) => _problems.Add($"{_path}{key} {why}");

    /// <summary>Throws if anything was noted.</summary>
    /// <exception cref="ArchitectureException">All of it.</exception>
    public void Check()
    {
        if (_problems.Count > 0)
        {
            throw new ArchitectureException(_problems.Distinct());
        }
    }

    private ImmutableArray<T>? List<T>(string key, string form, Func<JsonElement, T?> read)
        where T : struct
    {
        if (!TryMember(key, out JsonElement member))
        {
            return null;
        }

        if (member.ValueKind != JsonValueKind.Array)
        {
            return read(member) is { } one ? [one] : Wrong<ImmutableArray<T>?>(key, form, null);
        }

        if (member.GetArrayLength() > LongestList)
        {
            return Wrong<ImmutableArray<T>?>(key, $"shorter than {LongestList}", null);
        }

        var items = ImmutableArray.CreateBuilder<T>(member.GetArrayLength());
        foreach (JsonElement item in member.EnumerateArray())
        {
            if (read(item) is not { } value)
            {
                return Wrong<ImmutableArray<T>?>(key, form, null);
            }

            items.Add(value);
        }

        return items.MoveToImmutable();
    }

    private static bool TryReal(JsonElement item, out double value)
    {
        value = 0;
        return item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out value) && double.IsFinite(value);
    }

    private bool TryMember(string key, out JsonElement member)
    {
        member = default;
        return _element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(key, out member) && member.ValueKind != JsonValueKind.Null;
    }

    private T Missing<T>(string key, T instead)
    {
        _problems.Add($"{_path}{key} is missing");
        return instead;
    }

    private T Wrong<T>(string key, string form, T instead)
    {
        _problems.Add($"{_path}{key} must be {form}");
        return instead;
    }
}

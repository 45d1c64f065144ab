using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Text.Files;

namespace PomIsa.Text.Tokens;

/// <summary>What the files beside a tokenizer say: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>chat_template.jinja</c>.</summary>
public sealed class TokenizerConfig
{
    private const string FileName = "tokenizer_config.json", MapName = "special_tokens_map.json", TemplateName = "chat_template.jinja", TemplateJsonName = "chat_template.json";

    /// <summary>Names of the files, in the order in which they are read: the later one counts.</summary>
    public static ImmutableArray<string> FileNames { get; } = [MapName, FileName, TemplateJsonName, TemplateName];

    /// <summary>The chat template's source, or null.</summary>
    public string? ChatTemplate { get; private set; }

    /// <summary>Tokens by the role they play, such as <c>bos_token</c>; a template finds them under these names.</summary>
    public ImmutableSortedDictionary<string, string> Tokens { get; private set; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Whether a token is put at a text's beginning; null where the files leave it open.</summary>
    internal bool? AddsBegin { get; private set; }

    internal bool? AddsEnd { get; private set; }

    internal List<(AddedToken Token, JsonPart Part)> Added { get; } = [];

    /// <summary>Reads what there is of them in a folder.</summary>
    /// <exception cref="InvalidDataException">One is not well formed.</exception>
    public static TokenizerConfig Load(string folder)
    {
        var config = new TokenizerConfig();
        foreach ((string name, Func<JsonPart, bool> read) in ((string, Func<JsonPart, bool>)[])[(MapName, config.ReadTokens), (FileName, config.ReadConfig), (TemplateJsonName, config.ReadTemplate)])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                BoundedFile.Json(path, TextLimits.ConfigBytes, read);
            }
        }

        string template = Path.Combine(folder, TemplateName);
        if (File.Exists(template))
        {
            config.ChatTemplate = System.Text.Encoding.UTF8.GetString(BoundedFile.Read(template, TextLimits.ConfigBytes));
        }

        return config;
    }

    private bool ReadConfig(JsonPart file)
    {
        ReadTokens(file);
        AddsBegin = file.Find("add_bos_token")?.Flag;
        AddsEnd = file.Find("add_eos_token")?.Flag;
        foreach ((string id, JsonPart part) in file.Find("added_tokens_decoder")?.Members ?? [])
        {
            int number = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value < TextLimits.Ids ? value : throw part.Wrong("is no token id");
            Added.Add((AddedToken.Read(part, number), part with { Element = default }));
        }

        return ReadTemplate(file);
    }

    private bool ReadTemplate(JsonPart file)
    {
        if (file.Find("chat_template") is { } template)
        {
            ChatTemplate = template.IsText ? template.Text : Named(template);
        }

        return true;
    }

    private bool ReadTokens(JsonPart file)
    {
        foreach ((string name, JsonPart part) in file.Members)
        {
            if (name.EndsWith("_token", StringComparison.Ordinal) && (part.IsText || part.IsObject))
            {
                Tokens = Tokens.SetItem(name, part.IsText ? part.Text : part.Need("content").Text);
            }
        }

        return true;
    }

    /// <summary>Of several templates the one named default.</summary>
    private static string Named(JsonPart list) =>
        list.Items.FirstOrDefault(static one => one.TextOrNull("name") == "default") is { Path: not null } found
            ? found.Need("template").Text
            : throw list.Wrong("has no template named 'default'");
}

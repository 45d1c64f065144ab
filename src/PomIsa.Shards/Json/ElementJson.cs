using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>A value that the framework's reader took: any JSON, and the words for what is none.</summary>
internal sealed class ElementJson(JsonElement element) : JsonTree
{
    public override JsonValueKind Kind => element.ValueKind;

    public override string Text => Kind == JsonValueKind.Number ? element.GetRawText() : element.GetString()!;

    public override IReadOnlyList<JsonTree> Items
    {
        get
        {
            var items = new List<JsonTree>();
            if (Kind == JsonValueKind.Object)
            {
                foreach (JsonProperty one in element.EnumerateObject())
                {
                    items.Add(new ElementJson(one.Value));
                }
            }
            else
            {
                foreach (JsonElement one in element.EnumerateArray())
                {
                    items.Add(new ElementJson(one));
                }
            }

            return items;
        }
    }

    public override IReadOnlyList<string> Names
    {
        get
        {
            var names = new List<string>();
            foreach (JsonProperty one in element.EnumerateObject())
            {
                names.Add(one.Name);
            }

            return names;
        }
    }

    public override JsonTree? Find(string name) => element.TryGetProperty(name, out JsonElement value) ? new ElementJson(value) : null;
}

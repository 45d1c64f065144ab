using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Packaging.Models;

/// <summary>Descriptions as JSON.</summary>
internal static class DescriptionWriter
{
    public static byte[] Write(ModelDescription model)
    {
        var json = new JsonObject
        {
            ["format"] = ModelDescription.Format,
            ["name"] = model.Name,
            ["kind"] = model.Decoder is null ? "function" : "decoder",
            ["weights"] = WeightKinds.NameOf(model.Weights),
            ["source"] = Source(model.Source),
            ["inputs"] = Ports(model.Inputs),
            ["outputs"] = Ports(model.Outputs),
        };
        if (model.Decoder is { } decoder)
        {
            json["decoder"] = new JsonObject
            {
                ["context"] = decoder.Context,
                ["vocabulary"] = decoder.Vocabulary,
                ["end"] = new JsonArray([.. decoder.End.Select(static id => (JsonNode)id)]),
                ["begin"] = decoder.Begin,
            };
        }

        return CanonicalJson.Write(json);
    }

    private static JsonObject Source(ModelSource source) => new()
    {
        ["format"] = source.Format,
        ["files"] = new JsonArray([.. source.Files.OrderBy(static f => f.Name, StringComparer.Ordinal).Select(static f =>
            (JsonNode)new JsonObject { ["name"] = f.Name, ["sha256"] = f.Sha256.ToString() })]),
    };

    private static JsonArray Ports(ImmutableArray<ModelPort> ports) => new([.. ports.Select(static p => (JsonNode)new JsonObject
    {
        ["name"] = p.Name,
        ["type"] = p.Type,
        ["shape"] = new JsonArray([.. p.Shape.Select(static d => d.Symbol is { } symbol ? JsonValue.Create(symbol) : (JsonNode)d.Value)]),
    })]);
}

using System.Collections.Immutable;
using System.Text.Json;
using PomIsa.Isa;
using PomIsa.Packaging.Matrices;
using PomIsa.Shards;

namespace PomIsa.Packaging.Models;

/// <summary>Descriptions from bytes that may be hostile: exactly the members of the format, each with its bounds.</summary>
internal static class DescriptionReader
{
    private const int LongestFile = 4 << 20, LongestText = 1024;

    public static ModelDescription Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > LongestFile || !HostileJson.TryParse(utf8, out JsonDocument? document))
        {
            throw Wrong(utf8.Length > LongestFile ? "is longer than 4 MiB" : "is no JSON object of unique names");
        }

        using (document)
        {
            var root = new Fields(document.RootElement, "", ["format", "name", "kind", "weights", "source", "inputs", "outputs", "decoder"]);
            if (root.Number("format", 0, int.MaxValue) != ModelDescription.Format)
            {
                throw Wrong("has another format than 1");
            }

            string kind = root.Text("kind");
            if (kind is not ("decoder" or "function") || (kind == "decoder") != root.Has("decoder"))
            {
                throw Wrong("has a kind that is neither decoder, with a member decoder, nor function, without it");
            }

            return new ModelDescription
            {
                Name = root.Text("name"),
                Weights = WeightKinds.TryParse(root.Text("weights"), out WeightKind weights) ? weights : throw Wrong("has weights that are not f32, w8 or w4"),
                Source = Source(new Fields(root.Member("source"), "source", ["format", "files"])),
                Inputs = [.. root.Items("inputs", Limits.Inputs).Select(Port)],
                Outputs = [.. root.Items("outputs", Limits.Outputs).Select(Port)],
                Decoder = kind == "decoder" ? Decoder(new Fields(root.Member("decoder"), "decoder", ["context", "vocabulary", "end", "begin"])) : null,
            };
        }
    }

    private static InvalidDataException Wrong(string what) => new($"{ModelDescription.FileName} {what}; compile the model again.");

    private static ModelSource Source(Fields source)
    {
        string format = source.Text("format");
        return new ModelSource(
            ModelSource.Formats.Contains(format) ? format : throw Wrong($"has a source.format that is not {string.Join(", ", ModelSource.Formats)}"),
            [.. source.Items("files", 1 << 16).Select(static item =>
            {
                var file = new Fields(item, "source.files", ["name", "sha256"]);
                return new SourceFile(file.Text("name"), Digest.TryParse(file.Text("sha256"), out Digest digest) ? digest : throw Wrong("has a source.files.sha256 that is not 64 hexadecimal digits"));
            })]);
    }

    private static ModelPort Port(JsonElement item)
    {
        var port = new Fields(item, "a port", ["name", "type", "shape"]);
        return new ModelPort(port.Text("name"), port.Text("type"), [.. port.Items("shape", Limits.Rank).Select(static dim =>
            HostileJson.TryCount(dim, out long value) && value <= Limits.Dimension ? PortDim.Of((int)value)
            : HostileJson.TryText(dim, out string? symbol) && symbol.Length is > 0 and <= LongestText ? PortDim.Of(symbol)
            : throw Wrong("has a shape whose dimension is neither a number nor a name"))]);
    }

    private static DecoderInfo Decoder(Fields decoder)
    {
        int vocabulary = decoder.Number("vocabulary", 1, Limits.Dimension);
        return new DecoderInfo(
            decoder.Number("context", 1, Limits.SymbolMaximum),
            vocabulary,
            [.. decoder.Items("end", 1 << 10).Select(id => HostileJson.TryCount(id, out long value) && value < vocabulary
                ? (int)value : throw Wrong("has a decoder.end that holds other things than tokens"))],
            decoder.Member("begin").ValueKind == JsonValueKind.Null ? null : decoder.Number("begin", 0, vocabulary - 1));
    }

    /// <summary>An object whose members are checked as they are taken.</summary>
    private readonly struct Fields
    {
        private readonly JsonElement _element;
        private readonly string _path;

        public Fields(JsonElement element, string path, ReadOnlySpan<string> names)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw Wrong(path.Length == 0 ? "is no object" : $"has something else than an object for {path}");
            }

            foreach (JsonProperty member in element.EnumerateObject())
            {
                if (!HostileJson.TryKey(member, out string? key) || !names.Contains(key))
                {
                    throw Wrong($"has a member {(path.Length == 0 ? "" : $"of {path} ")}that the format does not know");
                }
            }

            (_element, _path) = (element, path.Length == 0 ? "" : path + ".");
        }

        public bool Has(string name) => _element.TryGetProperty(name, out _);

        public JsonElement Member(string name) => _element.TryGetProperty(name, out JsonElement member) ? member : throw Wrong($"lacks {_path}{name}");

        public string Text(string name) => HostileJson.TryText(Member(name), out string? text) && text.Length <= LongestText && !text.Any(char.IsControl)
            ? text : throw Wrong($"has a {_path}{name} that is no text of at most {LongestText} characters");

        public int Number(string name, int least, int most) => HostileJson.TryCount(Member(name), out long value) && value >= least && value <= most
            ? (int)value : throw Wrong($"has a {_path}{name} that is no whole number from {least} to {most}");

        public JsonElement.ArrayEnumerator Items(string name, int most)
        {
            JsonElement items = Member(name);
            return items.ValueKind == JsonValueKind.Array && items.GetArrayLength() <= most
                ? items.EnumerateArray() : throw Wrong($"has a {_path}{name} that is no list of at most {most}");
        }
    }
}

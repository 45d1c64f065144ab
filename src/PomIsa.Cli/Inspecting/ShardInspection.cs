using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Shards;

namespace PomIsa.Cli.Inspecting;

/// <summary>Folders of weight shards, and single ones.</summary>
internal static class ShardInspection
{
    private static readonly string[] Endings = [".shard", ".safetensors"];

    public static bool Recognizes(string path) => Endings.Any(e => path.EndsWith(e, StringComparison.Ordinal)) ? File.Exists(path) : Files(path).Length > 0;

    public static Inspection Of(string path)
    {
        string full = Path.GetFullPath(path);
        var to = new Inspection(File.Exists(full) ? "a shard" : "a folder of shards", full);
        string[] files = File.Exists(full) ? [full] : Files(full);
        var tensors = new List<(TensorInfo Info, string File)>();
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            if (!TensorFile.TryReadHeader(stream, out TensorFileHeader? header, out ShardFault fault))
            {
                throw CliException.Refused($"{file}: {fault.Describe()}");
            }

            tensors.AddRange(header.Tensors.Select(t => (t, Path.GetFileName(file))));
        }

        long bytes = tensors.Sum(static t => t.Info.ByteLength);
        to.List("shards", Inspection.Number(files.Length), [.. files.Select(static f => $"{Path.GetFileName(f)}  {Inspection.Size(new FileInfo(f).Length)}")]);
        to.Line("manifest", Manifest(to, full));
        to.List("tensors", $"{Inspection.Number(tensors.Count)} of {Inspection.Size(bytes)}", [.. tensors.Select(static t =>
            string.Create(CultureInfo.InvariantCulture, $"{t.Info.ByteLength,15:N0}  {t.Info.Name} {t.Info.DType}[{string.Join(",", t.Info.Shape)}]"))]);
        to.Json["bytes"] = bytes;
        to.Json["tensors"] = new JsonArray([.. tensors.Select(static t => (JsonNode)new JsonObject
        {
            ["name"] = t.Info.Name,
            ["dtype"] = t.Info.DType,
            ["shape"] = new JsonArray([.. t.Info.Shape.Select(static d => (JsonNode)d)]),
            ["bytes"] = t.Info.ByteLength,
            ["file"] = t.File,
        })]);
        return to;
    }

    private static string Manifest(Inspection to, string folder)
    {
        string path = Path.Combine(folder, Shards.Manifest.FileName);
        if (!File.Exists(path))
        {
            return "none: nobody signed for these bytes";
        }

        for (DirectoryInfo? at = new DirectoryInfo(folder).Parent; at is not null && at.FullName.Length + 64 > folder.Length; at = at.Parent)
        {
            string key = Path.Combine(at.FullName, "publisher.pub");
            if (!File.Exists(key))
            {
                continue;
            }

            using PublisherPublicKey publisher = PublisherPublicKey.Load(key);
            if (new FileInfo(path).Length > Shards.Manifest.MaxBundleLength || !Shards.Manifest.TryOpen(File.ReadAllBytes(path), publisher, out Manifest? manifest, out ShardFault fault))
            {
                return "not sound";
            }

            to.Json["root"] = manifest.RootDigest.ToString();
            return $"{manifest.Name}, signed by {publisher.Hint[..16]}…, root {manifest.RootDigest}";
        }

        return "there, and no publisher.pub above it to check it with";
    }

    private static string[] Files(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder).Where(static f => Endings.Any(e => f.EndsWith(e, StringComparison.Ordinal))).Order(StringComparer.Ordinal)]
        : [];
}

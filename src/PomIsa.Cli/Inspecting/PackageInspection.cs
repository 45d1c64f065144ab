using System.Text.Json.Nodes;
using PomIsa.Cli.Compiling;
using PomIsa.Cli.Models;
using PomIsa.Isa;
using PomIsa.Packaging.Models;
using PomIsa.Shards;

namespace PomIsa.Cli.Inspecting;

/// <summary>Compiled models: description, program, and whether signatures and provenance are right.</summary>
internal static class PackageInspection
{
    private const long LongestProvenance = 16 << 20;

    public static Inspection Of(string folder)
    {
        ModelPackage package = ModelPackage.Open(folder);
        ModelDescription model = package.Description;
        var to = new Inspection("a compiled model", package.Folder);
        foreach ((string key, JsonNode? value) in JsonNode.Parse(model.ToJson())!.AsObject().ToArray())
        {
            to.Json[key == "weights" ? "stored" : key] = value?.DeepClone();
        }

        to.Line("name", model.Name);
        to.Line("kind", model.Decoder is { } d ? $"decoder: context {d.Context}, vocabulary {d.Vocabulary}, ends at {(d.End.IsEmpty ? "no token" : string.Join(", ", d.End))}" : "function");
        to.List("source", model.Source.Format, [.. model.Source.Files.Select(static f => $"{f.Sha256}  {f.Name}")]);
        to.Line("inputs", PackageText.Ports(model.Inputs));
        to.Line("outputs", PackageText.Ports(model.Outputs));
        Module module = ModuleFile.Decode(package.ModulePath);
        ProgramInspection.Add(to, module);
        Signatures(to, package);
        return to;
    }

    private static void Signatures(Inspection to, ModelPackage package)
    {
        using PublisherPublicKey publisher = PublisherPublicKey.Load(package.PublisherPath);
        to.Line("publisher", publisher.Hint);
        to.Json["publisher"] = publisher.Hint;
        Manifest? manifest = package.HasWeights ? CompiledFolder.OpenManifest(package, publisher) : null;
        if (manifest is not null)
        {
            to.Line("manifest", $"signed; root {manifest.RootDigest}, {manifest.Files.Count(static f => f.HoldsTensors)} shards of {Inspection.Size(manifest.TotalLength)}");
            to.Json["root"] = manifest.RootDigest.ToString();
        }

        string why = Provenance(package, publisher, manifest);
        to.Line("provenance", why.Length == 0 ? "signed; names this program, description and manifest" : why);
        to.Json["provenance"] = why.Length == 0 ? "sound" : why;
    }

    /// <summary>What is wrong with the provenance, or nothing.</summary>
    private static string Provenance(ModelPackage package, PublisherPublicKey publisher, Manifest? manifest)
    {
        var file = new FileInfo(package.ProvenancePath);
        if (!file.Exists || file.Length > LongestProvenance)
        {
            return file.Exists ? "too long to be read" : "missing";
        }

        if (!Packaging.Models.Provenance.TryOpen(File.ReadAllBytes(file.FullName), publisher, out byte[] statement, out string? wrong))
        {
            return wrong;
        }

        (string Name, Digest Digest)[] held =
        [
            (ModelDescription.FileName, Digest.Of(File.ReadAllBytes(Path.Combine(package.Folder, ModelDescription.FileName)))),
            (ModelPackage.ModuleFile, Digest.Of(ModuleFile.Read(package.ModulePath))),
            .. manifest is null ? [] : ((string, Digest)[])[(ModelPackage.WeightsFolder, manifest.RootDigest)],
        ];
        string? other = held.FirstOrDefault(h => !Packaging.Models.Provenance.Names(statement, h.Name, h.Digest)).Name;
        return other is null ? "" : $"signed, but for another {other} than is here";
    }
}

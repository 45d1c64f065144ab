using System.CommandLine;
using System.Globalization;
using PomIsa.Cli.Models;
using PomIsa.Shards;

namespace PomIsa.Cli.Commands;

internal static class ShardsCommand
{
    public static Command Create() => new("shards", CommandTree.Help(
        "Bring signed weights into the store, list them, verify them.",
        "pomisa shards import examples/govsum/weights/w8", "pomisa shards list", "pomisa shards verify"))
    {
        Import(), List(), Verify(),
    };

    private static Option<FileInfo?> Publisher() => new("--publisher")
    {
        Description = "The publisher's public key. [default: publisher.pub in a folder above the weights]",
        HelpName = "FILE",
    };

    private static Command Import()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Folder with shards and model.sig." };
        Option<FileInfo?> publisher = Publisher();
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("import", CommandTree.Help(
            "Check the publisher's signature and every chunk's hash, and bring the chunks into the store.", "pomisa shards import examples/govsum/weights/w8"))
        {
            folder, publisher, data,
        };
        command.SetAction(parsed =>
        {
            string from = parsed.GetRequiredValue(folder).FullName;
            using PublisherPublicKey key = WeightFolder.Publisher(from, parsed.GetValue(publisher)?.FullName);
            using ShardStore store = new DataFolder(parsed.GetRequiredValue(data)).OpenStore();
            if (!WeightSet.TryImport(from, key, store, null, out ImportReport? report, out ShardFault fault))
            {
                throw CliException.Refused(fault.Describe());
            }

            Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Manifest.Name} {report.Manifest.RootDigest}: {report.Bytes:N0} bytes, {report.Tensors} tensors, {report.ChunksWritten} chunks new, {report.ChunksPresent} there already"));
            return Exit.Ok;
        });
        return command;
    }

    private static Command List()
    {
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("list", CommandTree.Help("List the models in the store.", "pomisa shards list")) { data };
        command.SetAction(parsed =>
        {
            using ShardStore store = new DataFolder(parsed.GetRequiredValue(data)).OpenStore();
            foreach (ManifestEntry entry in store.ListManifests())
            {
                Output.Line(string.Create(
                    CultureInfo.InvariantCulture, $"{entry.Root}  {entry.Name}  {entry.Files} files  {entry.Chunks} chunks  {entry.Bytes:N0} bytes"));
            }

            return Exit.Ok;
        });
        return command;
    }

    private static Command Verify()
    {
        var publisher = new Option<FileInfo>("--publisher") { Description = "The publisher's public key.", HelpName = "FILE", DefaultValueFactory = _ => new FileInfo(Path.Combine("examples", "govsum", "publisher.pub")) };
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("verify", CommandTree.Help(
            "Check the signature of every model in the store and hash every chunk; lists each fault.", "pomisa shards verify --publisher examples/govsum/publisher.pub"))
        {
            publisher, data,
        };
        command.SetAction(parsed =>
        {
            using PublisherPublicKey key = PublisherPublicKey.Load(parsed.GetRequiredValue(publisher).FullName);
            using ShardStore store = new DataFolder(parsed.GetRequiredValue(data)).OpenStore();
            bool whole = true;
            foreach (ManifestEntry entry in store.ListManifests())
            {
                if (!WeightSet.TryOpenManifest(store, entry.Root, key, out Manifest? manifest, out ShardFault fault))
                {
                    whole = false;
                    Output.Line($"{entry.Name} {entry.Root.Short}: {fault.Describe()}");
                    continue;
                }

                VerifyReport report = WeightSet.Verify(store, manifest);
                whole &= report.IsWhole;
                Output.Line($"{entry.Name} {entry.Root.Short}: {report.Intact} of {report.Chunks} chunks intact");
                foreach (ShardFault each in report.Faults)
                {
                    Output.Line("  " + each.Describe());
                }
            }

            return whole ? Exit.Ok : Exit.Refused;
        });
        return command;
    }
}

using System.CommandLine;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Shards;

namespace PomIsa.Cli.Commands;

internal static class KeysCommand
{
    public static Command Create() => new("keys", CommandTree.Help(
        "Make, list, follow and withdraw keys: Ed25519 for logs (.key, public half .vkey), P-256 for publishers of weights (.pem, public half .pub).\n"
        + $"Private keys are sealed: with the passphrase in {KeyStore.PassphraseVariable}, else with a secret file beside them. They are never printed.",
        "pomisa keys new log example.org/log1", "pomisa keys rotate example.org/log1", "pomisa keys list"))
    {
        New(), List(), Export(), Rotate(), Revoke(), Trail(),
    };

    private static Argument<string> LogName() => new("name") { Description = "The log's name, such as example.org/log1." };

    private static Command New()
    {
        var kind = new Argument<string>("kind") { Description = "log or publisher." };
        kind.AcceptOnlyFromAmong("log", "publisher");
        var name = new Argument<string>("name") { Description = "A log's origin, such as example.org/log1; or a publisher's file name." };
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("new", CommandTree.Help("Make a key. A key that exists is never overwritten.", "pomisa keys new publisher govsum"))
        {
            kind, name, data,
        };
        command.SetAction(parsed =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(data));
            string given = parsed.GetRequiredValue(name);
            if (parsed.GetRequiredValue(kind) == "log")
            {
                if (!KeyName.IsValid(given))
                {
                    throw CliException.Usage($"'{given}' can't be a log's name: it may hold no spaces and no plus signs.");
                }

                folder.Create();
                using LogKey key = LogKey.Create(given);
                new LogKeyFiles(folder, given).Save(key);
                Output.Line(key.Verifier.ToString());
            }
            else
            {
                folder.Create();
                using var key = PublisherKey.Create();
                folder.KeyStore.Save(key, LogKeyFiles.PathOf(folder, given, ".pem"));
                key.PublicKey.Save(LogKeyFiles.PathOf(folder, given, ".pub"));
                Output.Line($"{LogKeyFiles.PathOf(folder, given, ".pub")}  {key.PublicKey.Hint}");
            }

            return Exit.Ok;
        });
        return command;
    }

    private static Command List()
    {
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("list", CommandTree.Help("List the keys of a data folder by their public halves.", "pomisa keys list")) { data };
        command.SetAction(parsed =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(data));
            string[] files = Directory.Exists(folder.Keys) ? [.. Directory.GetFiles(folder.Keys).Order(StringComparer.Ordinal)] : [];
            foreach (string path in files.Where(static f => f.EndsWith(".key", StringComparison.Ordinal)))
            {
                using LogKey key = folder.KeyStore.LoadLog(path);
                Output.Line($"log        {Path.GetRelativePath(".", path)}  {key.Verifier}");
            }

            foreach (string path in files.Where(static f => f.EndsWith(".pem", StringComparison.Ordinal)))
            {
                using PublisherKey key = folder.KeyStore.LoadPublisher(path);
                Output.Line($"publisher  {Path.GetRelativePath(".", path)}  {key.PublicKey.Hint}");
            }

            if (!files.Any(static f => f.EndsWith(".key", StringComparison.Ordinal) || f.EndsWith(".pem", StringComparison.Ordinal)))
            {
                Output.Note($"There are no keys in {Path.GetRelativePath(".", folder.Keys)}.");
            }

            return Exit.Ok;
        });
        return command;
    }

    private static Command Export()
    {
        var name = new Argument<string>("name") { Description = "A log's name, or a publisher's file name." };
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("export", CommandTree.Help("Print a key's public half, for those who check.", "pomisa keys export example.org/log1")) { name, data };
        command.SetAction(parsed =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(data));
            string given = parsed.GetRequiredValue(name), log = LogKeyFiles.PathOf(folder, given, ".vkey"), publisher = LogKeyFiles.PathOf(folder, given, ".pub");
            Output.Line(File.Exists(log) ? File.ReadAllText(log).TrimEnd('\n')
                : File.Exists(publisher) ? File.ReadAllText(publisher).TrimEnd('\n')
                : throw CliException.Usage($"There is no key {given} in {Path.GetRelativePath(".", folder.Keys)}."));
            string trail = LogKeyFiles.PathOf(folder, given, ".trail");
            if (File.Exists(log) && File.Exists(trail) && !File.Exists(LogKeyFiles.PathOf(folder, given, ".key")))
            {
                Output.Note($"The key was revoked: {Path.GetRelativePath(".", trail)}");
            }

            return Exit.Ok;
        });
        return command;
    }

    private static Command Rotate()
    {
        Argument<string> name = LogName();
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("rotate", CommandTree.Help(
            "Give a log a new key. Old and new key sign that the one follows the other; the old private key is kept beside, with its id in its name.", "pomisa keys rotate example.org/log1")) { name, data };
        command.SetAction(parsed =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(data));
            var files = new LogKeyFiles(folder, parsed.GetRequiredValue(name));
            string follows = files.Rotate(out VerifierKey now) is { } old ? $"follows {old.Id:x8}" : "has its place now, as an earlier rotation meant it to";
            Output.Line($"{now}\n{follows}; the trail is {Path.GetRelativePath(".", files.Trail)}");
            return Exit.Ok;
        });
        return command;
    }

    private static Command Revoke()
    {
        Argument<string> name = LogName();
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("revoke", CommandTree.Help("Sign that a log's key is not to be believed any more, and put it aside.", "pomisa keys revoke example.org/log1")) { name, data };
        command.SetAction(parsed =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(data));
            var files = new LogKeyFiles(folder, parsed.GetRequiredValue(name));
            Output.Line($"{files.Revoke()} is revoked; publish {Path.GetRelativePath(".", files.Trail)}");
            return Exit.Ok;
        });
        return command;
    }

    private static Command Trail()
    {
        var file = new Argument<FileInfo>("trail") { Description = "A .trail file." };
        var key = new Argument<string>("vkey") { Description = "The verifier key that you trust." };
        var command = new Command("trail", CommandTree.Help("Follow a trail from a key that you trust to the one that holds now.", "pomisa keys trail example.org-log1.trail example.org/log1+…")) { file, key };
        command.SetAction(parsed =>
        {
            FileInfo from = parsed.GetRequiredValue(file);
            if (!from.Exists || from.Length > SignedNote.MaxBytes)
            {
                throw CliException.Usage($"There is no trail {from}, or it is larger than {SignedNote.MaxBytes >> 20} MiB.");
            }

            if (!VerifierKey.TryParse(parsed.GetRequiredValue(key), out VerifierKey first))
            {
                throw CliException.Usage("The second argument is no verifier key (name+id+base64).");
            }

            if (!KeyTrail.TryFollow(File.ReadAllText(from.FullName), first, out VerifierKey? current, out string fault))
            {
                throw CliException.Refused($"{from.Name}: {fault}.");
            }

            Output.Line(current is null ? "The key was revoked." : current.ToString());
            return current is null ? Exit.Refused : Exit.Ok;
        });
        return command;
    }
}

using System.CommandLine;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Keys;
using PomIsa.Shards;

namespace PomIsa.Cli.Commands;

internal static class KeysCommand
{
    public static Command Create() => new("keys", CommandTree.Help(
        "Make and list keys: Ed25519 for logs (.key, public half .vkey), P-256 for publishers of weights (.pem, public half .pub).",
        "pomisa keys new log example.org/log1", "pomisa keys list"))
    {
        New(), List(),
    };

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
            string file = Path.Combine(folder.Keys, string.Concat(given.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')));
            if (parsed.GetRequiredValue(kind) == "log")
            {
                if (!KeyName.IsValid(given))
                {
                    throw CliException.Usage($"'{given}' can't be a log's name: it may hold no spaces and no plus signs.");
                }

                folder.Create();
                using LogKey key = LogKey.Create(given);
                key.Save(file + ".key");
                File.WriteAllText(file + ".vkey", key.Verifier + "\n");
                Output.Line(key.Verifier.ToString());
            }
            else
            {
                folder.Create();
                using var key = PublisherKey.Create();
                key.Save(file + ".pem");
                key.PublicKey.Save(file + ".pub");
                Output.Line($"{file}.pub  {key.PublicKey.Hint}");
            }

            return Exit.Ok;
        });
        return command;
    }

    private static Command List()
    {
        Option<DirectoryInfo> data = Shared.Data();
        var command = new Command("list", CommandTree.Help("List the keys of a data folder.", "pomisa keys list")) { data };
        command.SetAction(parsed =>
        {
            string folder = new DataFolder(parsed.GetRequiredValue(data)).Keys;
            string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)] : [];
            foreach (string path in files.Where(static f => f.EndsWith(".key", StringComparison.Ordinal)))
            {
                using LogKey key = LogKey.Load(path);
                Output.Line($"log        {Path.GetRelativePath(".", path)}  {key.Verifier}");
            }

            foreach (string path in files.Where(static f => f.EndsWith(".pem", StringComparison.Ordinal)))
            {
                using PublisherKey key = PublisherKey.Load(path);
                Output.Line($"publisher  {Path.GetRelativePath(".", path)}  {key.PublicKey.Hint}");
            }

            if (files.Length == 0)
            {
                Output.Note($"There are no keys in {Path.GetRelativePath(".", folder)}.");
            }

            return Exit.Ok;
        });
        return command;
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Audit;
using PomIsa.Audit.Verdicts;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;

namespace PomIsa.Cli.Commands;

internal static class VerifyVerdictCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("verdicts") { Description = "A file of signed verdicts, one a line, such as .pomisa/runs/0001/verdict.intoto.jsonl." };
        var key = new Option<string>("--key") { Description = "Verifier key of whom you believe, or a file that holds it.", Required = true, HelpName = "VKEY" };
        var run = new Option<string?>("--run") { Description = "A run's folder: only verdicts on its checkpoint count.", HelpName = "DIR" };
        Option<bool> json = Shared.Json();
        var command = new Command("verify-verdict", CommandTree.Help(
            "Check what another verifier signed of a run. Prints the verdicts that carry the key's signature.\nExits with 0 if the last of them is ACCEPT, with 1 otherwise.",
            "pomisa verify-verdict .pomisa/runs/0001/verdict.intoto.jsonl --key me.vkey --run .pomisa/runs/0001"))
        {
            file, key, run, json,
        };
        command.SetAction(parsed => Check(parsed.GetRequiredValue(file), PublishedLog.ReadKey(parsed.GetRequiredValue(key), null), parsed.GetValue(run), parsed.GetValue(json)));
        return command;
    }

    private static int Check(string path, VerifierKey key, string? folder, bool json)
    {
        Digest? about = folder is null ? null
            : SignedLog.TryOpenCheckpoint(folder, null, out Checkpoint checkpoint, out Observation refused) ? SignedLog.DigestOf(checkpoint)
            : throw CliException.Refused(refused.Text);
        var signed = new List<VerdictStatement>();
        string why = "it holds no verdict";
        foreach (ReadOnlyMemory<byte> line in VerdictFile.Lines(path))
        {
            if (!SignedVerdict.TryOpen(line, key, out VerdictStatement? statement, out string fault))
            {
                why = fault;
            }
            else if (about is { } digest && statement.Checkpoint != digest)
            {
                why = "its verdict is on another checkpoint than the run's";
            }
            else
            {
                signed.Add(statement);
            }
        }

        if (signed.Count == 0)
        {
            throw CliException.Refused($"{path}: {why}.");
        }

        foreach (VerdictStatement one in signed)
        {
            Print(one, json);
        }

        return signed[^1].Verdict == Verdict.Accept ? Exit.Ok : Exit.Refused;
    }

    private static void Print(VerdictStatement one, bool json)
    {
        if (!json)
        {
            Output.Line(string.Create(
                CultureInfo.InvariantCulture, $"{VerifyCommand.Word(one.Verdict)} by {one.Level.ToString().ToLowerInvariant()}, {one.Created:yyyy-MM-dd HH:mm:ss} UTC, checkpoint {one.Checkpoint.Short}: {one.Text}"));
            return;
        }

        Output.Json(new JsonObject
        {
            ["verdict"] = VerifyCommand.Word(one.Verdict),
            ["level"] = one.Level.ToString().ToLowerInvariant(),
            ["checkpoint"] = one.Checkpoint.ToString(),
            ["runs"] = new JsonArray([.. one.Runs.Select(static id => (JsonNode)id.ToString())]),
            ["records"] = one.Records,
            ["compared"] = one.Compared,
            ["seed"] = one.Seed,
            ["properties"] = new JsonArray([.. one.Properties.Select(static p => (JsonNode)p)]),
            ["timeCreated"] = one.Created.ToString("O", CultureInfo.InvariantCulture),
            ["text"] = one.Text,
        });
    }
}

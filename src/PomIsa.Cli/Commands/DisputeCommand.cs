using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Disputes;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Models;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Keys;
using PomIsa.Files;
using PomIsa.Kernels;

namespace PomIsa.Cli.Commands;

/// <summary>Two who disagree, and the small file that says who is wrong.</summary>
internal static class DisputeCommand
{
    private const int ChecksTimed = 5;

    public static Command Create(CancellationToken stop)
    {
        var a = new Argument<string?>("A") { Description = "A run folder, a folder of tiles, or the URL of a log.", Arity = ArgumentArity.ZeroOrOne };
        var b = new Argument<string?>("B") { Description = "The other side.", Arity = ArgumentArity.ZeroOrOne };
        var replay = new Option<bool>("--replay") { Description = "The other side is a replay of run folder A." };
        var keyA = new Option<string?>("--key-a") { Description = "A's verifier key, or a file that holds it. [default: the one beside its log]", HelpName = "VKEY" };
        var keyB = new Option<string?>("--key-b") { Description = "B's.", HelpName = "VKEY" };
        var binary = new Option<bool>("--binary") { Description = "Exchange two roots a round instead of sixteen." };
        var to = new Option<string?>("--output", "-o") { Description = "Where the fault proof goes.", HelpName = "FILE" };
        var check = new Option<string?>("--check") { Description = "Check a fault proof instead; needs no model.", HelpName = "FILE" };
        var key = new Option<string?>("--key") { Description = "With --check: the key that the accused is known by. [default: the one in the file is believed]", HelpName = "VKEY" };
        var module = new Option<string?>("--module") { Description = "With --check: the program, for a proof that does not hold it.", HelpName = "FILE" };
        var store = new Option<DirectoryInfo?>("--store") { Description = "Store that holds the weights. [default: the one beside the runs]", HelpName = "DIR" };
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("dispute", CommandTree.Help(
            "Find where two logs first differ, and prove which of them is wrong.\nExits with 0 if nothing is wrong, or if the proof that is checked holds.",
            "pomisa dispute mine/runs/0001 http://example.org:8080 -o theirs.pomisa-fault", "pomisa dispute .pomisa/runs/0001 --replay --json", "pomisa dispute --check theirs.pomisa-fault --key their.vkey"))
        {
            a, b, replay, keyA, keyB, binary, to, check, key, module, store, threads, json, Serve(stop),
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(check) is { } file)
            {
                return Check(file, parsed.GetValue(key), parsed.GetValue(module), parsed.GetValue(json));
            }

            if (parsed.GetValue(a) is not { } first || (parsed.GetValue(b) is null) != parsed.GetValue(replay))
            {
                throw CliException.Usage("Name two sides, or one run folder and --replay, or a proof with --check.");
            }

            using CancellationTokenRegistration ends = Interrupt.EndsProcess(stop);
            string folder = Path.TrimEndingDirectorySeparator(first);
            int bits = parsed.GetValue(binary) ? Bisection.Binary : Bisection.Sixteen;
            string weights = parsed.GetValue(store)?.FullName ?? Beside(first);
            using var pool = new WorkerPool(parsed.GetValue(threads));
            Party? sideA = DisputedParty.TryOpen(folder, parsed.GetValue(keyA), weights, pool, out string faultA), sideB;
            string faultB = "";
            sideB = parsed.GetValue(b) is { } second
                ? DisputedParty.TryOpen(Path.TrimEndingDirectorySeparator(second), parsed.GetValue(keyB), parsed.GetValue(store)?.FullName ?? Beside(second), pool, out faultB)
                : DisputedParty.Replay(folder, weights, pool);
            DisputeResult result = sideA is not null && sideB is not null ? Dispute.Settle(sideA, sideB, bits, pool) : Forfeited(sideA, sideB, faultA, faultB);
            if (parsed.GetValue(to) is { } path && !result.Proof.IsEmpty)
            {
                AtomicFile.Write(path, result.Proof.Span);
            }

            Say(result, sideA, sideB, bits, parsed.GetValue(json), parsed.GetValue(to));
            return result.Outcome == Outcome.NoDifference ? Exit.Ok : Exit.Refused;
        });
        return command;
    }

    private static Command Serve(CancellationToken stop)
    {
        var run = new Argument<string>("run folder") { Description = "Such as .pomisa/runs/0001." };
        var port = new Option<int>("--port") { Description = "Port on this machine.", DefaultValueFactory = _ => 8080, HelpName = "N" };
        var host = new Option<string>("--host") { Description = "Name to listen to; + for all.", DefaultValueFactory = _ => "localhost", HelpName = "NAME" };
        var store = new Option<DirectoryInfo?>("--store") { Description = "Store that holds the weights. [default: the one beside the runs]", HelpName = "DIR" };
        var reveal = new Option<bool>("--reveal") { Description = "Tell whoever asks the values of a private run, its tokens among them." };
        Option<int> threads = Shared.Threads();
        var command = new Command("serve", CommandTree.Help("Answer for a run in disputes until Ctrl-C: its log as tiles, its program, its values.", "pomisa dispute serve .pomisa/runs/0001 --port 8080")) { run, port, host, store, reveal, threads };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(run);
            string prefix = string.Create(CultureInfo.InvariantCulture, $"http://{parsed.GetRequiredValue(host)}:{parsed.GetRequiredValue(port)}/");
            using var server = DisputeServer.Open(folder, prefix, parsed.GetValue(store)?.FullName ?? Beside(folder), parsed.GetValue(threads), parsed.GetValue(reveal), stop);
            Output.Line($"{prefix} answers for {Path.GetRelativePath(".", folder)}; Ctrl-C ends it.");
            server.Serve(stop);
            return Exit.Ok;
        });
        return command;
    }

    private static string Beside(string run) => DataFolder.Of(run).Store;

    private static DisputeResult Forfeited(Party? a, Party? b, string faultA, string faultB) => a is null && b is null
        ? throw CliException.Refused($"Neither side can open what it signed. A: {faultA} B: {faultB}")
        : new DisputeResult(Outcome.Forfeited, a ?? b, null, null, default, $"{(a is null ? "A" : "B")} forfeits, since it can't open what it signed: {faultA}{faultB}");

    private static int Check(string file, string? key, string? module, bool json)
    {
        byte[] bytes = ReadProof(file), program = module is null ? [] : ModuleFile.Read(module);
        VerifierKey? known = key is null ? null : PublishedLog.ReadKey(key, null);
        FaultReport report = FaultCheck.Check(bytes, known, program);
        if (json)
        {
            Output.Json(Describe(report, bytes, known, program));
        }
        else
        {
            Output.Line($"{(report.Verdict == FaultVerdict.Proven ? "PROVEN" : "NOT PROVEN")}: {report.Text}{(known is null && report.Verdict == FaultVerdict.Proven ? " That the key is his nobody said: name it with --key." : "")}");
        }

        return report.Verdict == FaultVerdict.Proven ? Exit.Ok : Exit.Refused;
    }

    private static byte[] ReadProof(string file)
    {
        var info = new FileInfo(file);
        return !info.Exists ? throw CliException.Usage($"There is no file {file}.")
            : info.Length > FaultProof.MaxBytes ? throw CliException.Refused($"{file} is larger than a fault proof can be ({FaultProof.MaxBytes >> 10} KiB).")
            : File.ReadAllBytes(file);
    }

    private static JsonObject Describe(FaultReport report, byte[] proof, VerifierKey? key, byte[] program) => new()
    {
        ["verdict"] = report.Verdict.ToString(),
        ["accused"] = report.Accused,
        ["kind"] = report.Finding?.Kind.ToString(),
        ["record"] = report.Finding?.Index,
        ["row"] = report.Finding?.Row,
        ["block"] = report.Finding?.Block,
        ["proofBytes"] = proof.Length,
        ["checkMs"] = report.Verdict == FaultVerdict.Malformed ? null : CheckMilliseconds(proof, key, program),
        ["text"] = report.Text,
    };

    private static void Say(DisputeResult result, Party? a, Party? b, int bits, bool json, string? path)
    {
        string? winner = result.Winner is null ? null : ReferenceEquals(result.Winner, a) ? "A" : "B";
        if (!json)
        {
            string outputs = result.OutputRounds > 0 ? string.Create(CultureInfo.InvariantCulture, $", {result.OutputRounds} about outputs") : "";
            string rounds = result.Difference is { } found ? string.Create(CultureInfo.InvariantCulture, $"{found.Rounds} {(found.Rounds == 1 ? "round" : "rounds")}{outputs}. ") : "";
            Output.Line($"{rounds}{result.Text}{(winner is null ? "" : $" {winner} wins.")}{(path is null || result.Proof.IsEmpty ? "" : $" The proof is {path}, {result.Proof.Length} bytes.")}");
            return;
        }

        Party? accused = winner == "A" ? b : a;
        byte[] program = [.. (accused?.Programs ?? []).Concat(a?.Programs ?? []).FirstOrDefault().Span];
        Output.Json(new JsonObject
        {
            ["outcome"] = result.Outcome.ToString(),
            ["winner"] = winner,
            ["rounds"] = result.Difference?.Rounds ?? 0,
            ["outputRounds"] = result.OutputRounds,
            ["arity"] = 1 << bits,
            ["difference"] = result.Difference is { } where && result.Outcome != Outcome.NoDifference ? where.Index : null,
            ["record"] = result.Report?.Finding?.Index,
            ["kind"] = result.Report?.Finding?.Kind.ToString(),
            ["row"] = result.Report?.Finding?.Row,
            ["block"] = result.Report?.Finding?.Block,
            ["accused"] = result.Report?.Accused,
            ["proofBytes"] = result.Proof.Length,
            ["checkMs"] = result.Proof.IsEmpty ? null : CheckMilliseconds(result.Proof.ToArray(), accused?.Key, program),
            ["proof"] = result.Proof.IsEmpty ? null : path,
            ["text"] = result.Text,
        });
    }

    // Warm: the least of some checks.
    private static double CheckMilliseconds(byte[] proof, VerifierKey? key, byte[] program)
    {
        double least = double.MaxValue;
        for (int i = 0; i < ChecksTimed; i++)
        {
            long start = Stopwatch.GetTimestamp();
            FaultCheck.Check(proof, key, program);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Math.Round(least, 3);
    }
}

using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Models;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Cli.Commands;

internal static class CheckCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("module") { Description = "A module (.pisab), or a source (.pisa)." };
        Option<bool> json = Shared.Json();
        var command = new Command("check", CommandTree.Help(
            "Verify a module without running it, and print what a run takes at most.",
            "pomisa check examples/govsum/govsum.w8.pisab", "pomisa check examples/hello.pisa --json"))
        {
            file, json,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file).FullName, parsed.GetValue(json)));
        return command;
    }

    private static int Run(string path, bool json)
    {
        Module module = new();
        var faults = ImmutableArray<Fault>.Empty;
        VerifiedModule? verified = null;
        if (path.EndsWith(".pisa", StringComparison.Ordinal))
        {
            module = ModuleFile.Assemble(path, null);
            Verifier.TryVerify(module, out verified, out faults);
        }
        else if (Module.TryDecode(ModuleFile.Read(path), out module, out Fault malformed))
        {
            Verifier.TryVerify(module, out verified, out faults);
        }
        else
        {
            faults = [malformed];
        }

        if (json)
        {
            Output.Json(Describe(module, verified, faults));
        }
        else
        {
            Print(Path.GetRelativePath(".", path), module, verified, faults);
        }

        return verified is null ? Exit.Refused : Exit.Ok;
    }

    private static JsonObject Describe(Module module, VerifiedModule? verified, ImmutableArray<Fault> faults)
    {
        var result = new JsonObject { ["verified"] = verified is not null };
        if (verified is { Bounds: var bounds })
        {
            result["program"] = module.ProgramDigest().ToString();
            result["bounds"] = new JsonObject
            {
                ["retired"] = bounds.Retires,
                ["multiplyAdds"] = bounds.MultiplyAdds,
                ["arenaBytes"] = bounds.ArenaBytes,
                ["stateBytes"] = bounds.StateBytes,
                ["evidenceBytes"] = bounds.EvidenceBytes,
            };
        }

        result["faults"] = new JsonArray([.. faults.Select(f => (JsonNode)new JsonObject
        {
            ["stage"] = FaultText.NameOf(f.Stage),
            ["code"] = f.Code.ToString(),
            ["number"] = (int)f.Code,
            ["at"] = f.At,
            ["function"] = f.Function >= 0 && f.Function < module.Functions.Length ? module.FunctionName(f.Function) : null,
            ["text"] = FaultText.Describe(f, module),
        })]);
        return result;
    }

    private static void Print(string path, Module module, VerifiedModule? verified, ImmutableArray<Fault> faults)
    {
        if (verified is not { Bounds: var bounds })
        {
            Output.Line($"{path}: refused, {faults.Length} {(faults.Length == 1 ? "fault" : "faults")}");
            foreach (Fault fault in faults)
            {
                Output.Line("  " + FaultText.Describe(fault, module));
            }

            return;
        }

        Output.Line($"{path}: verified");
        Output.Line($"  program          {module.ProgramDigest()}");
        Output.Line($"  functions        {string.Join(", ", module.Functions.Select((_, i) => module.FunctionName(i)))}");
        Output.Line("A run takes at most:");
        Output.Line($"  opcodes retired  {Count(bounds.Retires)}");
        Output.Line($"  multiply-adds    {Count(bounds.MultiplyAdds)}");
        Output.Line($"  working memory   {Count(bounds.ArenaBytes)} bytes");
        Output.Line($"  state            {Count(bounds.StateBytes)} bytes");
        Output.Line($"  evidence         {Count(bounds.EvidenceBytes)} bytes");
    }

    private static string Count(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture).PadLeft(20);
}

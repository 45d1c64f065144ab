using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Compiling;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Cli.Inspecting;

/// <summary>Programs: what they take and give, what they consist of, and the verifier's bounds.</summary>
internal static class ProgramInspection
{
    /// <summary>Adds a program, verified or with its faults.</summary>
    public static void Add(Inspection to, Module module)
    {
        if (!Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults))
        {
            string[] texts = [.. faults.Select(f => FaultText.Describe(f, module))];
            to.Json["verified"] = false;
            to.Json["faults"] = new JsonArray([.. texts.Select(static t => (JsonNode)t)]);
            to.List("verified", "no", texts);
            return;
        }

        string[] inputs = [.. module.Inputs.Select((input, i) => $"{module.InputName(i)} {input.Type.Describe(module)}")];
        string[] symbols = [.. module.Symbols.Select((symbol, i) => string.Create(CultureInfo.InvariantCulture, $"{module.SymbolName(i)} ≤ {symbol.Max}"))];
        string[] states = [.. module.States.Select((state, i) => string.Create(CultureInfo.InvariantCulture, $"{module.StateName(i)} {DTypes.NameOf(state.Element)}[{state.MaxRows},{string.Join(",", state.Row)}]"))];
        (string Mnemonic, int Count)[] opcodes =
        [
            .. module.Functions.SelectMany(static f => f.Body).GroupBy(static i => i.Row.Mnemonic).Select(static g => (g.Key, g.Count()))
                .OrderByDescending(static g => g.Item2).ThenBy(static g => g.Key, StringComparer.Ordinal),
        ];
        to.Line("program", $"{module.ProgramDigest()}, verified");
        to.Line("functions", $"{module.Functions.Length}, {Inspection.Number(module.Functions.Sum(static f => f.Body.Length))} instructions");
        to.Line("takes", inputs.Length == 0 ? "nothing" : string.Join(", ", inputs));
        if (symbols.Length > 0)
        {
            to.Line("open sizes", string.Join(", ", symbols));
        }

        if (states.Length > 0)
        {
            to.List("states", $"{states.Length}", states);
        }

        Weights(to, module);
        to.List("opcodes", $"{opcodes.Length} kinds", [.. opcodes.Select(static o => string.Create(CultureInfo.InvariantCulture, $"{o.Count,7:N0}  {o.Mnemonic}"))]);
        Bounds bounds = verified.Bounds;
        to.Line("a run takes", string.Create(
            CultureInfo.InvariantCulture,
            $"at most {bounds.Retires:N0} opcodes, {bounds.MultiplyAdds:N0} multiply-adds, {bounds.ArenaBytes:N0} bytes to work in, {bounds.StateBytes:N0} of state, {bounds.EvidenceBytes:N0} of evidence"));
        to.Json["verified"] = true;
        to.Json["program"] = module.ProgramDigest().ToString();
        to.Json["instructions"] = module.Functions.Sum(static f => f.Body.Length);
        to.Json["takes"] = new JsonArray([.. inputs.Select(static i => (JsonNode)i)]);
        to.Json["symbols"] = new JsonArray([.. symbols.Select(static s => (JsonNode)s)]);
        to.Json["states"] = new JsonArray([.. states.Select(static s => (JsonNode)s)]);
        to.Json["opcodes"] = new JsonArray([.. opcodes.Select(static o => (JsonNode)new JsonObject { ["opcode"] = o.Mnemonic, ["count"] = o.Count })]);
        to.Json["bounds"] = PackageText.Bounds(bounds);
    }

    private static void Weights(Inspection to, Module module)
    {
        long bytes = module.Weights.Sum(WeightStorage.Bytes);
        var kinds = module.Weights.GroupBy(static w => w.Element).OrderBy(static g => g.Key)
            .Select(static g => (Name: DTypes.NameOf(g.Key), Count: g.Count(), Bytes: g.Sum(WeightStorage.Bytes))).ToArray();
        to.Line("weights", module.Weights.IsEmpty ? "none" : $"{module.Weights.Length} of {Inspection.Size(bytes)}: {string.Join(", ", kinds.Select(static k => $"{k.Count} {k.Name}"))}");
        to.Json["weights"] = new JsonObject
        {
            ["tensors"] = module.Weights.Length,
            ["bytes"] = bytes,
            ["kinds"] = new JsonArray([.. kinds.Select(static k => (JsonNode)new JsonObject { ["element"] = k.Name, ["tensors"] = k.Count, ["bytes"] = k.Bytes })]),
        };
    }
}

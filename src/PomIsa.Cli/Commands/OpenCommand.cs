using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Privacy;
using PomIsa.Files;
using PomIsa.Isa;

namespace PomIsa.Cli.Commands;

/// <summary>Shows chosen parts of a private run, and checks what others show.</summary>
internal static class OpenCommand
{
    /// <summary>Opcode of the records that hold tokens.</summary>
    private static readonly ushort Emit = Instruction.Of("emit").Row.Code;

    public static Command Create()
    {
        var folder = new Argument<string?>("run folder") { Description = "A private run's, such as .pomisa/runs/0001.", Arity = ArgumentArity.ZeroOrOne };
        var tokens = new Option<string?>("--tokens") { Description = "Tokens of the answer to show, counted from 0: 3, 3..7, or all.", HelpName = "A..B" };
        var prompt = new Option<bool>("--prompt") { Description = "Show the prompt, all of it." };
        var to = new Option<string?>("--output", "-o") { Description = "File for the opening.", HelpName = "FILE" };
        var check = new Option<string?>("--check") { Description = "Check an opening instead of making one.", HelpName = "FILE" };
        var key = new Option<string?>("--key") { Description = "The log's verifier key, or a file that holds it.", HelpName = "VKEY" };
        var policy = new Option<string?>("--policy") { Description = "A C2SP policy file: logs, witnesses, and the quorum that is asked for.", HelpName = "FILE" };
        Option<bool> json = Shared.Json();
        var command = new Command("open", CommandTree.Help(
            "Show chosen tokens of a private run, or its prompt, with proof against the signed checkpoint; nothing else is revealed.",
            "pomisa open .pomisa/runs/0001 --tokens 3..7 -o said.opening",
            "pomisa open --check said.opening --key tiles/key.vkey"))
        {
            folder, tokens, prompt, to, check, key, policy, json,
        };
        command.SetAction(parsed => parsed.GetValue(check) is { } file
            ? Check(file, parsed.GetValue(key), parsed.GetValue(policy), parsed.GetValue(json))
            : Make(
                parsed.GetValue(folder) ?? throw CliException.Usage("Name a run folder, or an opening with --check FILE."),
                parsed.GetValue(tokens),
                parsed.GetValue(prompt),
                parsed.GetValue(to) ?? throw CliException.Usage("Name a file for the opening with -o FILE.")));
        return command;
    }

    private static int Make(string folder, string? tokens, bool prompt, string to)
    {
        if (tokens is null && !prompt)
        {
            throw CliException.Usage("Say what to show: --tokens A..B, --prompt, or both.");
        }

        Opening opening = RunOpening.Make(folder, tokens is null ? null : Positions(tokens), prompt, Emit);
        byte[] bytes = opening.ToBytes();
        AtomicFile.Write(to, bytes);
        Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{to}, {bytes.Length:N0} bytes, shows {opening.Tokens.Count} tokens{(opening.Prompt is null ? "" : " and the prompt")}. Check: pomisa open --check {to} --key {Path.GetRelativePath(".", RunFolder.VerifierPath(folder))}"));
        return Exit.Ok;
    }

    /// <summary>First and last, both shown; the last may lie behind the answer's end only where all are asked for.</summary>
    private static (int First, int? Last) Positions(string text)
    {
        string[] ends = text.Split("..");
        if (text == "all")
        {
            return (0, null);
        }

        int last = 0;
        return ends.Length is 1 or 2 && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out last) && first <= last
            ? (first, last)
            : throw CliException.Usage($"--tokens takes a number, a range such as 3..7, or all; not '{text}'.");
    }

    private static int Check(string file, string? key, string? policy, bool json)
    {
        if (!File.Exists(file))
        {
            throw CliException.Usage($"There is no file {file}.");
        }

        if (new FileInfo(file).Length > Opening.MaxBytes)
        {
            throw CliException.Refused($"{file} is larger than {Opening.MaxBytes >> 20} MiB.");
        }

        if (!Opening.TryParse(File.ReadAllBytes(file), out Opening? opening, out string fault)
            || !opening.TryVerify(PublishedLog.Trusted(key, policy, null), Emit, out Opened? opened, out fault))
        {
            throw CliException.Refused($"{file}: {fault}.");
        }

        if (json)
        {
            Output.Json(Describe(opened));
            return Exit.Ok;
        }

        Output.Line($"run      {opened.Run}");
        Output.Line($"program  {opened.Open.Program}");
        Output.Line($"weights  {opened.Open.Weights}");
        Output.Line(string.Create(CultureInfo.InvariantCulture, $"log      {opened.Checkpoint.Origin}, signed with {opened.Checkpoint.Size:N0} records"));
        if (opened.Prompt is { } prompt)
        {
            Output.Line($"prompt   {string.Join(' ', Numbers(prompt.Span).Select(static id => id.ToString(CultureInfo.InvariantCulture)))}");
        }

        foreach (OpenedToken token in opened.Tokens)
        {
            Output.Line(string.Create(CultureInfo.InvariantCulture, $"token    {token.Position}: {token.Value} (record {token.Index})"));
        }

        Output.Note("Recorded so, and signed; that the model answers so is for 'pomisa verify' to say.");
        return Exit.Ok;
    }

    private static JsonObject Describe(Opened opened) => new()
    {
        ["run"] = opened.Run.ToString(),
        ["program"] = opened.Open.Program.ToString(),
        ["weights"] = opened.Open.Weights.ToString(),
        ["origin"] = opened.Checkpoint.Origin,
        ["size"] = opened.Checkpoint.Size,
        ["prompt"] = opened.Prompt is { } prompt ? new JsonArray([.. Numbers(prompt.Span).Select(static id => (JsonNode)id)]) : null,
        ["tokens"] = new JsonArray([.. opened.Tokens.Select(static one => (JsonNode)new JsonObject { ["position"] = one.Position, ["token"] = one.Value, ["record"] = one.Index })]),
    };

    // The inputs of a program that takes tokens are i32; bytes that are not so many are shown one by one.
    private static List<int> Numbers(ReadOnlySpan<byte> bytes)
    {
        int size = bytes.Length % sizeof(int) == 0 ? sizeof(int) : 1;
        var numbers = new List<int>();
        for (int at = 0; at < bytes.Length; at += size)
        {
            numbers.Add(size == 1 ? bytes[at] : BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]));
        }

        return numbers;
    }
}

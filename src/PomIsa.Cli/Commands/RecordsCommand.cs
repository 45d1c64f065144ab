using System.CommandLine;
using System.Globalization;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Debugging;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Cli.Commands;

internal static class RecordsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run folder") { Description = "Such as .pomisa/runs/0001." };
        var index = new Argument<ulong?>("index") { Description = "One record, in full. [default: all, a line each]", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("records", CommandTree.Help(
            "Print the records of a run's log. It is read, not judged: 'pomisa verify' does that.",
            "pomisa records .pomisa/runs/0001", "pomisa records .pomisa/runs/0001 3"))
        {
            folder, index,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder), parsed.GetValue(index)));
        return command;
    }

    private static int Run(string folder, ulong? index)
    {
        string path = RunFolder.RequireLog(folder);
        Module? module = File.Exists(RunFolder.ModulePath(folder)) ? ModuleFile.Decode(RunFolder.ModulePath(folder)) : null;
        ProgramMap? map = module is null ? null : new ProgramMap(module);
        using RecordLog log = RecordLog.OpenToRead(path);
        if (index is { } asked && asked >= log.Size)
        {
            throw CliException.Usage($"The log has {log.Size} records, from 0 to {log.Size - 1}.");
        }

        var hidden = HiddenScalars.Of(folder);
        ulong at = 0;
        foreach (byte[] entry in log.ReadAll())
        {
            Record? known = Record.TryDecode(entry, out Record record, out RecordFault fault) ? record : null;
            string told = known is Retire retire ? hidden.Next(retire) : "";
            if (index is null)
            {
                Output.Line(string.Create(CultureInfo.InvariantCulture, $"{at++,6}  {(known is null ? $"malformed: {fault}" : Line(known, map) + told)}"));
                continue;
            }

            if (at++ != index)
            {
                continue;
            }

            Output.Line($"record      {index}, {entry.Length} bytes");
            foreach ((string name, string value) in known is null ? [("malformed", fault.ToString())] : Fields(known, map, told))
            {
                Output.Line($"{name,-12}{value}");
            }

            break;
        }

        return Exit.Ok;
    }

    private static string Line(Record record, ProgramMap? map) => record switch
    {
        RunOpen open => $"open    program {open.Program.ToString()[..16]}{(open.Private is { } terms ? $", private: {RunDescription.NameOf(terms.Mode)}" : "")}",
        Retire retire => $"retire  {Place(retire.Head, map)}{string.Concat(retire.Commitments.Select(one => $"  {Committed(retire.Head)} → {one.ToString()[..16]}"))}{string.Concat(retire.Scalars.Select(static one => "  → " + Text(one)))}{string.Concat(retire.Salted.Select(static one => "  → under salt " + one.ToString()[..16]))}",
        RunClose close => $"close   {close.Tokens} tokens, {close.Retired} retired, {close.Status}",
        _ => "unknown",
    };

    private static IEnumerable<(string Name, string Value)> Fields(Record record, ProgramMap? map, string told) => record switch
    {
        RunOpen open =>
        [
            ("kind", "open"), ("run", open.RunId.ToString()), ("program", open.Program.ToString()), ("weights", open.Weights.ToString()), ("numerics", Text(open.Numerics)),
            ("prompt", $"{open.Prompt} (salted commitment)"), ("sampling", open.Sampling.Kind == SamplingKind.Greedy ? "greedy" : open.Sampling.ToString()), ("trigger", open.Trigger.ToString()),
            .. open.Private is { } terms ? [("private", RunDescription.NameOf(terms.Mode)!), ("secret", $"{terms.Check} (salt of action 0)")] : Array.Empty<(string, string)>(),
        ],
        Retire retire =>
        [
            ("kind", "retire"), ("run", retire.Head.RunId.ToString()), ("sequence", retire.Head.Sequence.ToString(CultureInfo.InvariantCulture)),
            ("step", Text(retire.Head.Step)), ("place", Place(retire.Head, map)),
            .. retire.Symbols.Select(one => ("symbol", $"{map?.Module.SymbolName(one.Index) ?? Text(one.Index)} = {Text(one.Value)}")),
            .. retire.Commitments.Select(one => ("commitment", $"{one} to {Committed(retire.Head)}")),
            .. retire.Scalars.Select(static one => ("scalar", Text(one))),
            .. retire.Salted.Select(static one => ("under salt", one.ToString())),
            .. told.Length == 0 ? Array.Empty<(string, string)>() : [("opened", told.Trim(' ', '='))],
            .. retire.IsPrivate ? [("tokens", $"{Text(retire.Head.Tokens)} emitted before")] : Array.Empty<(string, string)>(),
        ],
        RunClose close =>
        [
            ("kind", "close"), ("run", close.RunId.ToString()), ("sequence", close.Sequence.ToString(CultureInfo.InvariantCulture)), ("response", $"{close.Response} ({close.Tokens} tokens)"),
            ("retired", close.Retired.ToString(CultureInfo.InvariantCulture)), ("status", close.Status.ToString()),
        ],
        _ => [],
    };

    // What the opcode's row calls the operand that its records commit to; these are a stranger's bytes.
    private static string Committed(RetireHead head) =>
        head.Opcode <= byte.MaxValue && InstructionTable.TryFind((byte)head.Opcode, out OpcodeRow? row) && row.CommittedOperand >= 0
            ? row.Operands[row.CommittedOperand].Name + (row.CommitsToQuantizedRows ? ", quantized" : "") : "?";

    private static string Place(RetireHead head, ProgramMap? map) =>
        map is not null && head.Function < map.Module.Functions.Length && head.Offset < map.Module.Functions[head.Function].Body.Length
            ? map.Line(head.Function, (int)head.Offset)
            : string.Create(CultureInfo.InvariantCulture, $"function {head.Function}, instruction {head.Offset}, opcode 0x{head.Opcode:x2}");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Text.Json;
using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Families;

namespace PomIsa.Oracle.Programs;

/// <summary>Cases of whole programs: those written by hand, and drawn drivers with what the stack machine makes of them.</summary>
internal static class ProgramCases
{
    private const int Control = 30, Scalar = 12, MostRetires = 2000, MostBytes = 120;

    private static readonly string[] Scalars =
        ["push", "drop", "dup", "swap", "add", "sub", "mul", "min", "max", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not"];

    private static readonly string[] Controls = ["halt", "call", "ret", "loop", "brk", "brk_if", "if", "else", "end", "get", "set", "emit", "commit"];

    /// <summary>Cases of a file <c>Programs/MNEMONIC.json</c>: programs, responses and retire counts by hand, refused ones by the rule that they break.</summary>
    public static IEnumerable<Json> Written(string mnemonic)
    {
        using Stream? stream = typeof(ProgramCases).Assembly.GetManifestResourceStream($"programs/{mnemonic}.json");
        if (stream is null)
        {
            return [];
        }

        using JsonDocument file = JsonDocument.Parse(stream);
        return [.. file.RootElement.EnumerateArray().Select(Copy)];
    }

    public static IEnumerable<Json> Drawn(string mnemonic)
    {
        int count = Scalars.Contains(mnemonic) ? Scalar : Controls.Contains(mnemonic) ? Control : 0;
        var programs = new DrawnPrograms(Seeds.Of("programs " + mnemonic));
        for (int i = 0; i < count;)
        {
            DriverProgram program = programs.Next();
            var machine = new StackMachine(program);
            machine.Run();
            if (program.Encode().Length <= MostBytes && machine.Seen.Contains(mnemonic) && machine.Retires <= MostRetires && (machine.Emits.Count > 0 || machine.Trap is not null))
            {
                yield return Of($"drawn program {i++}", program, machine);
            }
        }
    }

    private static Json Of(string name, DriverProgram program, StackMachine machine) => Json.Object(
        ("name", Json.Of(name)),
        ("source", Json.Of(program.Text())),
        ("module", Json.Of(Convert.ToHexStringLower(program.Encode()))),
        ("prompt", Json.List([])),
        ("emits", Json.Of(machine.Emits)),
        machine.Trap is { } trap ? ("trap", Json.Of(trap)) : ("retires", Json.Of(machine.Retires)));

    private static Json Copy(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => Json.Object(json.EnumerateObject().Select(static p => (p.Name, (Json?)Copy(p.Value)))),
        JsonValueKind.Array => Json.List(json.EnumerateArray().Select(Copy)),
        JsonValueKind.String => Json.Of(json.GetString()!),
        _ => Json.Of(json.GetInt64()),
    };
}

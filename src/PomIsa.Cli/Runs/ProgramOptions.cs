using System.CommandLine;
using PomIsa.Cli.Commands;
using PomIsa.Cli.Models;

namespace PomIsa.Cli.Runs;

/// <summary>What every command that executes a program takes: the program, its prompt, the weights, the data folder and threads.</summary>
internal sealed class ProgramOptions
{
    private readonly Argument<string> _what = new("program") { Description = "A module (.pisab), a source (.pisa), a model's folder, or a compiled model's." };
    private readonly Option<string?> _prompt = new("--prompt") { Description = "The prompt: a text, or a file that holds it. For a program without tokenizer: token numbers.", HelpName = "TEXT|FILE" };
    private readonly Option<string[]> _inputs = new("--input") { Description = "A tensor for an input of the program: values, row-major, or a file, .npy or .pb; may be given several times.", HelpName = "NAME=VALUES|NAME=@FILE", DefaultValueFactory = _ => [] };
    private readonly SamplingOptions _sampling = new();
    private readonly Option<string> _track = Shared.Track();
    private readonly Option<DirectoryInfo> _data = Shared.Data();
    private readonly Option<int> _threads = Shared.Threads();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_what);
        foreach (Option option in (Option[])[_prompt, _inputs, _track, _data, _threads])
        {
            command.Options.Add(option);
        }

        _sampling.AddTo(command);
    }

    public string What(ParseResult parsed) => parsed.GetRequiredValue(_what);

    public DataFolder Data(ParseResult parsed) => new(parsed.GetRequiredValue(_data));

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>The program, verified and bound, with its prompt; what is wrong with either ends the command.</summary>
    public LoadedProgram Load(ParseResult parsed, CancellationToken stop = default) =>
        LoadedProgram.Open(
            parsed.GetRequiredValue(_what),
            new RunInputs(parsed.GetValue(_prompt), parsed.GetRequiredValue(_inputs), _sampling.Of(parsed)),
            parsed.GetRequiredValue(_track),
            Data(parsed),
            stop);
}

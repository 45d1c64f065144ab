using System.CommandLine;
using PomIsa.Cli.Commands;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Records;

namespace PomIsa.Cli.Generating;

/// <summary>What <c>generate</c> and <c>chat</c> have in common: the model, how tokens are chosen, where things lie.</summary>
/// <param name="privacy">What of a run is under salt unless the user says otherwise.</param>
internal sealed class GenerationOptions(PrivacyMode privacy)
{
    private const int DefaultTokens = 256;

    private readonly Argument<string> _model = new("model") { Description = "A compiled model's folder (pomisa compile)." };
    private readonly Option<int> _tokens = new("--max-tokens") { Description = "Most tokens of an answer.", HelpName = "N", DefaultValueFactory = _ => DefaultTokens };
    private readonly Option<string[]> _stops = new("--stop") { Description = "Ends an answer where this text comes; may be given several times.", HelpName = "TEXT", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _system = new("--system") { Description = "What the model is told before the conversation, where its template has a place for it.", HelpName = "TEXT" };
    private readonly Option<DateOnly?> _date = new("--date") { Description = "The day for templates that tell the model one, as YYYY-MM-DD; no clock is asked.", HelpName = "DAY" };
    private readonly SamplingOptions _sampling = new();
    private readonly Option<PrivacyMode> _private = Shared.Private(privacy);
    private readonly Option<string> _keep = LogKeepCommands.Keep();
    private readonly Option<string> _track = Shared.Track();
    private readonly Option<DirectoryInfo> _data = Shared.Data();
    private readonly Option<int> _threads = Shared.Threads();

    public void AddTo(Command command)
    {
        command.Arguments.Add(_model);
        foreach (Option option in (Option[])[_tokens, _stops, _system, _date])
        {
            command.Options.Add(option);
        }

        _sampling.AddTo(command);
        command.Options.Add(_private);
        foreach (Option option in (Option[])[_keep, _track, _data, _threads])
        {
            command.Options.Add(option);
        }

        _track.Hidden = true; // of the example only: a compiled model has its weights
    }

    /// <summary>Whether of an answer's log roots alone are kept.</summary>
    public bool KeepsRoots(ParseResult parsed) => parsed.GetValue(_keep) == "roots";

    public DataFolder Data(ParseResult parsed) => new(parsed.GetRequiredValue(_data));

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    public string? System(ParseResult parsed) => parsed.GetValue(_system);

    public DateOnly? Date(ParseResult parsed) => parsed.GetValue(_date);

    public PrivacyMode Privacy(ParseResult parsed) => parsed.GetValue(_private);

    public SamplingParameters Sampling(ParseResult parsed) => _sampling.Of(parsed);

    public int Tokens(ParseResult parsed) => parsed.GetValue(_tokens) is > 0 and var most ? most : throw CliException.Usage("--max-tokens must be 1 or greater.");

    public string[] Stops(ParseResult parsed) => parsed.GetRequiredValue(_stops) is var stops && stops.All(static one => one.Length > 0)
        ? stops
        : throw CliException.Usage("--stop needs a text that is not empty.");

    public TextModel Open(ParseResult parsed, CancellationToken stop) =>
        TextModel.Open(parsed.GetRequiredValue(_model), parsed.GetRequiredValue(_track), Data(parsed), stop);
}

using System.CommandLine;
using PomIsa.Evidence.Records;

namespace PomIsa.Cli.Runs;

/// <summary>How the tokens of a run are drawn, where its program has a <c>sample</c>. Without any of them the run is greedy.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<float?> _temperature = new("--temperature") { Description = "Draw tokens with this temperature; 0 is greedy. [default: 1 if another of these is given]", HelpName = "T" };
    private readonly Option<float?> _topP = new("--top-p") { Description = "Draw from the likeliest tokens that together have this probability. [default: 1]", HelpName = "P" };
    private readonly Option<uint?> _topK = new("--top-k") { Description = "Draw from this many of the likeliest tokens. [default: 0, all]", HelpName = "K" };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "The same seed draws the same tokens. [default: 0]", HelpName = "N" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_temperature, _topP, _topK, _seed])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The parameters that the command line gives.</summary>
    public SamplingParameters Of(ParseResult parsed)
    {
        float? temperature = parsed.GetValue(_temperature), topP = parsed.GetValue(_topP);
        uint? topK = parsed.GetValue(_topK);
        ulong? seed = parsed.GetValue(_seed);
        if (temperature is null && topP is null && topK is null && seed is null)
        {
            return SamplingParameters.Greedy;
        }

        return new SamplingParameters(SamplingKind.Drawn, seed ?? 0, Bits("--temperature", temperature ?? 1), Bits("--top-p", topP ?? 1), topK ?? 0);
    }

    /// <summary>A record holds finite numbers from +0 on.</summary>
    private static uint Bits(string option, float value) => float.IsFinite(value) && value >= 0
        ? BitConverter.SingleToUInt32Bits(value + 0f)
        : throw CliException.Usage($"{option} must be a finite number, 0 or greater.");
}

using System.CommandLine;
using PomIsa.Training.Evaluation;

namespace PomIsa.Cli.Commands;

/// <summary>Writes examples/govsum/votes.jsonl again; of use only to those who change the generator.</summary>
internal static class VotesCommand
{
    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "Seed of the stream.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var command = new Command("votes", CommandTree.Help("Print the example's stream of votes.", "pomisa votes > examples/govsum/votes.jsonl"))
        {
            seed,
        };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using Stream output = System.Console.OpenStandardOutput();
            output.Write(VoteWorld.Write(VoteWorld.Draw(parsed.GetValue(seed))));
            return Exit.Ok;
        });
        return command;
    }
}

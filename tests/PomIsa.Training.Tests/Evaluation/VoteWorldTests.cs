using System.Collections.Immutable;
using PomIsa.Chain.Governance;
using PomIsa.Training.Evaluation;

namespace PomIsa.Training.Tests.Evaluation;

public sealed class VoteWorldTests
{
    [Fact]
    public void The_committed_votes_are_what_the_generator_writes() =>
        Assert.Equal(File.ReadAllBytes(Path.Combine(Examples(), "govsum", "votes.jsonl")), VoteWorld.Write(VoteWorld.Draw()));

    [Fact]
    public void The_stream_is_valid_and_holds_some_hundred_votes()
    {
        Assert.True(VoteStream.TryParse(VoteWorld.Write(VoteWorld.Draw()), out ImmutableArray<Vote> votes, out VoteFault fault), fault.ToString());
        Assert.InRange(votes.Length, 180, 400);
        Assert.Equal(6, votes.Select(v => v.Record.Outcome).Distinct().Count());
        Assert.Equal(5, votes.Select(v => v.Record.Kind).Distinct().Count());
    }

    private static string Examples()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "PomIsa.sln")))
            {
                return Path.Combine(at.FullName, "examples");
            }
        }

        throw new InvalidOperationException("The tests run below the repository's root.");
    }
}

using System.CommandLine;
using PomIsa.Cli.Commands;

namespace PomIsa.Cli.Tests;

public class CommandTreeTests
{
    [Fact]
    public void A_command_is_made_alone_where_its_name_comes_first_and_all_are_made_otherwise()
    {
        string[] all = [.. CommandTree.Root(default).Subcommands.Select(static c => c.Name)];
        foreach (string name in all)
        {
            Command only = Assert.Single(CommandTree.Root(default, name).Subcommands);
            Assert.Equal(name, only.Name);
        }

        foreach (string first in new[] { "--help", "verif", "VERIFY", "" })
        {
            Assert.Equal(all, CommandTree.Root(default, first).Subcommands.Select(static c => c.Name));
        }
    }

    [Theory]
    [InlineData("verify", "folder")]
    [InlineData("verify", "folder", "--level", "audit", "--json", "--threads", "2")]
    [InlineData("log", "proof", "folder", "42", "-o", "file")]
    [InlineData("run", "model", "--prompt", "-x")]
    [InlineData("run", "model", "--prompt", "[suggest]")]
    public void A_line_without_mistakes_is_read_under_a_root_that_can_only_read(params string[] line)
    {
        ParseResult parsed = CommandTree.Parse(line, default), whole = CommandTree.Root(default).Parse(line);
        Assert.IsNotType<RootCommand>(parsed.RootCommandResult.Command);
        Assert.Empty(parsed.Errors);
        Assert.Empty(whole.Errors);
        Assert.Equal(whole.CommandResult.Command.Name, parsed.CommandResult.Command.Name);
        Assert.Equal(whole.CommandResult.Tokens.Select(static t => t.Value), parsed.CommandResult.Tokens.Select(static t => t.Value));
        Assert.Equal(whole.CommandResult.Children.Select(static c => c.ToString()), parsed.CommandResult.Children.Select(static c => c.ToString()));
    }

    [Theory]
    [InlineData]
    [InlineData("--version")]
    [InlineData("verify", "--help")]
    [InlineData("verify", "folder", "-h")]
    [InlineData("log", "proof", "-?")]
    [InlineData("verify", "/h")]
    [InlineData("log")]
    [InlineData("verify")]
    [InlineData("verify", "folder", "--levle", "audit")]
    [InlineData("verify", "folder", "--threads", "x")]
    [InlineData("verify", "folder", "--store=")]
    [InlineData("[suggest]", "verify")]
    public void A_line_with_a_mistake_or_for_help_is_read_under_the_whole_root(params string[] line)
    {
        ParseResult parsed = CommandTree.Parse(line, default), whole = CommandTree.Root(default).Parse(line.Length == 0 ? ["--help"] : line);
        Assert.IsType<RootCommand>(parsed.RootCommandResult.Command);
        Assert.Equal(whole.Errors.Select(static e => e.Message), parsed.Errors.Select(static e => e.Message));
        Assert.Equal(whole.Action?.GetType(), parsed.Action?.GetType());
    }
}

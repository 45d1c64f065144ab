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
}

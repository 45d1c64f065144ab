using System.CommandLine;
using PomIsa.Assembly;
using PomIsa.Cli.Models;

namespace PomIsa.Cli.Commands;

internal static class DisasmCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("module.pisab") { Description = "The module." };
        var command = new Command("disasm", CommandTree.Help(
            "Print a module as source that assembles to the same program.", "pomisa disasm examples/govsum/govsum.w8.pisab"))
        {
            file,
        };
        command.SetAction(parsed =>
        {
            System.Console.Out.Write(Disassembler.Disassemble(ModuleFile.Decode(parsed.GetRequiredValue(file).FullName)));
            return Exit.Ok;
        });
        return command;
    }
}

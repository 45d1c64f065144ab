using System.CommandLine;
using PomIsa.Cli.Models;
using PomIsa.Files;
using PomIsa.Isa;

namespace PomIsa.Cli.Commands;

internal static class AsmCommand
{
    public static Command Create()
    {
        var source = new Argument<FileInfo>("file.pisa") { Description = "The program's source." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "Module to write. [default: beside the source, as .pisab]", HelpName = "FILE" };
        var weights = new Option<DirectoryInfo?>("--weights") { Description = "Folder of weight shards that the program is bound to.", HelpName = "DIR" };
        var command = new Command("asm", CommandTree.Help(
            "Assemble a program. All mistakes are reported at once; exits with 1 if there are any.",
            "pomisa asm examples/hello.pisa -o hello.pisab",
            "pomisa asm examples/govsum/w8.pisa --weights examples/govsum/weights/w8 -o govsum.w8.pisab"))
        {
            source, output, weights,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(source), parsed.GetValue(output), parsed.GetValue(weights)));
        return command;
    }

    private static int Run(FileInfo source, FileInfo? output, DirectoryInfo? weights)
    {
        string target = output?.FullName ?? Path.ChangeExtension(source.FullName, ".pisab");
        Module module = ModuleFile.Assemble(source.FullName, weights?.FullName);
        byte[] bytes = module.Encode();
        AtomicFile.Write(target, bytes);
        int unbound = module.Weights.Count(static w => w.Digest.IsZero);
        Output.Line($"{Path.GetRelativePath(".", target)}: {bytes.Length} bytes, program {module.ProgramDigest()}");
        if (unbound > 0)
        {
            Output.Note($"{unbound} weights are not bound to a digest, so it can't run yet; assemble with --weights DIR.");
        }

        return Exit.Ok;
    }
}

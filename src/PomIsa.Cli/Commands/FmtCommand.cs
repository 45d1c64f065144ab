using System.CommandLine;
using System.Text;
using PomIsa.Assembly;
using PomIsa.Assembly.Formatting;
using PomIsa.Cli.Models;
using PomIsa.Files;

namespace PomIsa.Cli.Commands;

internal static class FmtCommand
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Command Create()
    {
        var files = new Argument<string[]>("file.pisa") { Description = "Sources, or folders of them.", Arity = ArgumentArity.OneOrMore };
        var check = new Option<bool>("--check") { Description = "Write nothing; name the files that are not in canonical form, and exit with 1 if there are any." };
        var stdout = new Option<bool>("--stdout") { Description = "Write nothing; print the canonical form." };
        var command = new Command("fmt", CommandTree.Help(
            "Bring sources into canonical form. What they assemble to stays the same; a file with errors is left as it is.",
            "pomisa fmt examples/hello.pisa", "pomisa fmt --check examples"))
        {
            files, check, stdout,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(check) && result.GetValue(stdout))
            {
                result.AddError("--check and --stdout exclude each other.");
            }
        });
        command.SetAction(parsed => Run(parsed.GetRequiredValue(files), parsed.GetValue(check), parsed.GetValue(stdout)));
        return command;
    }

    private static int Run(string[] files, bool check, bool stdout)
    {
        var broken = 0;
        var changed = 0;
        foreach (string path in files.SelectMany(Sources))
        {
            string text = Text(path);
            FormatResult result = SourceFormatter.Format(text, path);
            if (result.Text is not { } formatted)
            {
                broken++;
                Output.Error($"{path} is left as it is:\n\n{DiagnosticText.Render(result.Diagnostics)}".TrimEnd('\n'));
            }
            else if (stdout)
            {
                System.Console.Out.Write(formatted);
            }
            else if (formatted != text)
            {
                changed++;
                Output.Line(check ? $"{path} is not in canonical form" : $"{path} formatted");
                if (!check)
                {
                    AtomicFile.Write(Target(path), Strict.GetBytes(formatted));
                }
            }
        }

        return broken > 0 || (check && changed > 0) ? Exit.Refused : Exit.Ok;
    }

    private static IEnumerable<string> Sources(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.pisa", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [path];

    private static string Text(string path)
    {
        try
        {
            return Strict.GetString(ModuleFile.Read(path));
        }
        catch (DecoderFallbackException)
        {
            throw CliException.Refused($"{path} is not UTF-8 text.");
        }
    }

    /// <summary>Where a link leads, so that the file behind it is replaced and not the link.</summary>
    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}

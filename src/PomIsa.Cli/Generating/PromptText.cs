using System.Text;

namespace PomIsa.Cli.Generating;

/// <summary>A prompt as the user gives it: a text, <c>@FILE</c>, or <c>-</c> for what comes in.</summary>
internal static class PromptText
{
    private const int Longest = 4 << 20;

    /// <exception cref="CliException">The file is not there, or too long.</exception>
    public static string Read(string given)
    {
        if (given == "-")
        {
            var text = new StringBuilder();
            var part = new char[1 << 14];
            int count;
            while ((count = System.Console.In.Read(part)) > 0 && text.Length <= Longest)
            {
                text.Append(part, 0, count);
            }

            return text.Length <= Longest ? text.ToString() : throw CliException.Refused("The prompt is longer than 4 MiB.");
        }

        if (!given.StartsWith('@'))
        {
            return given;
        }

        var file = new FileInfo(given[1..]);
        return !file.Exists ? throw CliException.Usage($"There is no file {given[1..]}. A prompt that begins with @ names one.")
            : file.Length > Longest ? throw CliException.Refused($"{given[1..]} is longer than 4 MiB.")
            : File.ReadAllText(file.FullName);
    }
}

using System.Globalization;

namespace PomIsa.Debugging.Stepping;

/// <summary>Where commands come from and answers go to: a terminal, or a script.</summary>
/// <param name="input">Commands, one a line; its end is as good as <c>quit</c>.</param>
/// <param name="output">Everything that is said.</param>
/// <param name="echoes">Whether commands are repeated behind the prompt: a script's would not be seen otherwise.</param>
/// <param name="tokens">Tokens in words; their numbers by default.</param>
public sealed class DebugConsole(TextReader input, TextWriter output, bool echoes, Func<IReadOnlyList<int>, string>? tokens = null)
{
    private const string Mark = "(pomisa) ";

    /// <summary>Commands that could not be understood.</summary>
    public int Refused { get; private set; }

    /// <summary>The next command; null at the end.</summary>
    internal string? Ask()
    {
        output.Write(Mark);
        output.Flush();
        string? text = input.ReadLine();
        if (text is null || echoes)
        {
            output.WriteLine(text ?? "");
        }

        return text;
    }

    internal void Say(string text) => output.WriteLine(text);

    internal void Answer(bool understood, string text)
    {
        Refused += understood ? 0 : 1;
        if (text.Length > 0)
        {
            Say(text);
        }
    }

    internal void Refuse(string text) => Answer(understood: false, text);

    internal string Tokens(IReadOnlyList<int> all) =>
        tokens?.Invoke(all) ?? string.Join(' ', all.Select(static one => one.ToString(CultureInfo.InvariantCulture)));
}

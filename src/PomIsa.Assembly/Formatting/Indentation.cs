using PomIsa.Assembly.Generated;
using PomIsa.Isa;

namespace PomIsa.Assembly.Formatting;

/// <summary>How deep each line stands: blocks with a dot (<c>.step</c> … <c>.end</c>), and loops and ifs inside functions.</summary>
internal sealed class Indentation
{
    /// <summary>Spaces for one level.</summary>
    public const int Width = 4;

    // Hostile nesting must not make lines of megabytes.
    private const int Deepest = Limits.Nesting;

    private readonly string[] _words;
    private readonly int[] _depths;

    public Indentation(IReadOnlyList<SourceLine> lines)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        _words = new string[lines.Count];
        _depths = new int[lines.Count];
        var open = new Stack<bool>(); // true: a block with a dot
        for (var i = 0; i < lines.Count; i++)
        {
            var tokens = lines[i].Tokens;
            var word = tokens.IsEmpty ? "" : tokens[0].Text;
            _words[i] = aliases.GetValueOrDefault(word, word);
            if (tokens is [{ Type: PomIsaParser.ALIAS }, var alias, var mnemonic])
            {
                aliases[alias.Text] = mnemonic.Text;
            }

            _depths[i] = Math.Min(Place(_words[i], open), Deepest);
        }
    }

    /// <summary>Levels that a line is indented by.</summary>
    public int Depth(int line) => _depths[line];

    /// <summary>Whether the lines behind it stand deeper.</summary>
    public bool Opens(int line) => _words[line] is ".step" or ".driver" or ".repeat" or "loop" or "if" or "else";

    /// <summary>Whether it stands less deep than the lines before it.</summary>
    public bool Closes(int line) => _words[line] is ".end" or "end" or "else";

    private static int Place(string word, Stack<bool> open)
    {
        var inside = open.TryPeek(out var dotted) && !dotted; // a loop or an if
        switch (word)
        {
            case ".end":
                while (open.TryPop(out dotted) && !dotted)
                {
                }

                return open.Count;
            case "end" when inside:
                open.Pop();
                return open.Count;
            case "else" when inside:
                return open.Count - 1;
            case ".step" or ".driver" or ".repeat":
                open.Push(true);
                return open.Count - 1;
            case "loop" or "if":
                open.Push(false);
                return open.Count - 1;
            default:
                return open.Count;
        }
    }
}

namespace PomIsa.LanguageServer.Features;

/// <summary>What a cursor is about to write, from the words of its line before it.</summary>
/// <param name="Head">The first word of the line; empty if the cursor is in it or before it.</param>
/// <param name="Start">Where the word begins that the cursor is in or right behind; the cursor itself if there is none.</param>
/// <param name="Operand">Number of the operand from 0, counting the commas that no bracket holds; -1 in the head.</param>
/// <param name="Before">The word before the one being written; empty if there is none.</param>
/// <param name="Depth">Brackets open around the cursor.</param>
/// <param name="Arrow">Whether <c>-></c> stands before it.</param>
/// <param name="Silent">In a comment or a quoted name: nothing is to be offered.</param>
internal sealed record Cursor(string Head, int Start, int Operand, string Before, int Depth, bool Arrow, bool Silent)
{
    /// <param name="character">UTF-16 units from the line's begin; beyond its end means its end.</param>
    public static Cursor At(string line, int character)
    {
        character = Math.Clamp(character, 0, line.Length);
        var words = new LineText(line[..character]).Words;
        var start = words is [.., var last] && last.End == character && LineText.IsName(last.Text) ? last.Start : character;
        var before = words.Where(one => one.Start < start).ToList();
        var silent = words.Any(one => one.Text.StartsWith(';'))
            || words.Any(one => one.Text.StartsWith('"') && one.End == character && (one.Text.Length == 1 || !one.Text.EndsWith('"')));
        var depth = 0;
        var commas = 0;
        var arrow = false;
        foreach (var word in before.Skip(1))
        {
            depth += word.Text switch { "(" or "[" => 1, ")" or "]" => -1, _ => 0 };
            commas += word.Text == "," && depth <= 0 ? 1 : 0;
            arrow |= word.Text == "->";
        }

        return new Cursor(
            before.Count > 0 ? before[0].Text : "", start, before.Count == 0 ? -1 : commas, before.Count > 0 ? before[^1].Text : "",
            Math.Max(0, depth), arrow, silent);
    }
}

using System.Text;

namespace PomIsa.Oracle.Cases;

/// <summary>JSON as text that reads well in a diff: short values on one line, long lists of scalars in filled lines.</summary>
internal static class JsonLayout
{
    /// <summary>Lists with more items than this are never on one line.</summary>
    public const int LongList = 40;

    private const int Width = 120;

    public static string Text(Json root)
    {
        var text = new StringBuilder();
        Write(text, root, 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, Json node, int indent)
    {
        if (node.IsScalar || (!node.HasLongList && node.Length <= Width - indent))
        {
            node.Inline(text);
        }
        else if (node.Fields is { } fields)
        {
            Lines(text, '{', '}', indent, fields, static (text, field, indent) => Write(text.Append(Json.Quote(field.Key)).Append(": "), field.Value, indent));
        }
        else if (node.Items!.All(static i => i.IsScalar))
        {
            Fill(text, node.Items!, indent);
        }
        else
        {
            Lines(text, '[', ']', indent, node.Items!, Write);
        }
    }

    private static void Lines<T>(StringBuilder text, char open, char close, int indent, List<T> items, Action<StringBuilder, T, int> write)
    {
        text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? ",\n" : "\n").Append(' ', indent + 2);
            write(text, items[i], indent + 2);
        }

        text.Append('\n').Append(' ', indent).Append(close);
    }

    private static void Fill(StringBuilder text, List<Json> items, int indent)
    {
        text.Append('[');
        int column = Width;
        for (int i = 0; i < items.Count; i++)
        {
            bool wraps = column + items[i].Length + 2 > Width;
            _ = wraps ? text.Append(i > 0 ? ",\n" : "\n").Append(' ', indent + 2) : text.Append(", ");
            column = (wraps ? indent + 2 : column + 2) + items[i].Length;
            items[i].Inline(text);
        }

        text.Append('\n').Append(' ', indent).Append(']');
    }
}

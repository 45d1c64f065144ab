using System.Globalization;
using System.Text;

namespace PomIsa.Text.Templates;

/// <summary>Values as JSON, in the form of Python's <c>json.dumps</c> with <c>ensure_ascii=False</c>, as Hugging Face's <c>tojson</c> has it.</summary>
internal static class JsonText
{
    private const int Depth = 64, WidestIndent = 16;

    public static string Of(Rendering rendering, int line, object? value, Arguments arguments)
    {
        long? indent = Value.IntegerOf(arguments.At(9, "indent", arguments.Places.Count > 0 ? arguments.Places[0] : null));
        if (indent is < 0 or > WidestIndent)
        {
            throw arguments.Wrong("indents too far");
        }

        var made = new StringBuilder();
        Write(value, 0);
        return made.ToString();

        void Write(object? one, int depth)
        {
            rendering.Step(line);
            if (depth > Depth || made.Length > TemplateLimits.OutputChars)
            {
                throw new TemplateException(line, "a value is nested too deep, or too long");
            }

            switch (one)
            {
                case null:
                    made.Append("null");
                    break;
                case bool b:
                    made.Append(b ? "true" : "false");
                    break;
                case long n:
                    made.Append(n.ToString(CultureInfo.InvariantCulture));
                    break;
                case double d:
                    made.Append(Value.NumberText(d));
                    break;
                case string s:
                    Quote(s, made);
                    break;
                case List<object?> list:
                    Nested('[', ']', list.Count, depth, i => Write(list[i], depth + 1));
                    break;
                case Map map:
                    Nested('{', '}', map.Items.Count, depth, i =>
                    {
                        Quote(map.Items[i].Key, made);
                        made.Append(": ");
                        Write(map.Items[i].Value, depth + 1);
                    });
                    break;
                default:
                    throw new TemplateException(line, $"{Value.KindOf(one)} is no JSON");
            }
        }

        void Nested(char open, char close, int count, int depth, Action<int> write)
        {
            made.Append(open);
            for (int i = 0; i < count; i++)
            {
                made.Append(i == 0 ? "" : indent is null ? ", " : ",");
                Break(depth + 1);
                write(i);
            }

            if (count > 0)
            {
                Break(depth);
            }

            made.Append(close);
        }

        void Break(int depth)
        {
            if (indent is { } width)
            {
                made.Append('\n').Append(' ', (int)width * depth);
            }
        }
    }

    private static void Quote(string text, StringBuilder made)
    {
        made.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => made.Append("\\\""),
                '\\' => made.Append("\\\\"),
                '\n' => made.Append("\\n"),
                '\r' => made.Append("\\r"),
                '\t' => made.Append("\\t"),
                '\b' => made.Append("\\b"),
                '\f' => made.Append("\\f"),
                < ' ' => made.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => made.Append(c),
            };
        }

        made.Append('"');
    }
}

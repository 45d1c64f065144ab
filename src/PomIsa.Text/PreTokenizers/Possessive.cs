using System.Text;

namespace PomIsa.Text.PreTokenizers;

/// <summary>Possessive quantifiers, which .NET has not, as atomic groups: <c>x++</c> is <c>(?>x+)</c>.</summary>
internal static class Possessive
{
    /// <summary>Rewrites the quantifiers <c>?+</c>, <c>*+</c> and <c>++</c>; all else stays as it is.</summary>
    public static string Rewrite(string expression)
    {
        if (!expression.Contains("?+", StringComparison.Ordinal) && !expression.Contains("*+", StringComparison.Ordinal) && !expression.Contains("++", StringComparison.Ordinal))
        {
            return expression;
        }

        var made = new StringBuilder(expression.Length + 16);
        var groups = new Stack<int>();
        int atom = -1;
        for (int i = 0; i < expression.Length; i++)
        {
            char c = expression[i];
            switch (c)
            {
                case '\\':
                    atom = made.Length;
                    made.Append(c);
                    i = CopyEscape(expression, i + 1, made);
                    break;
                case '[':
                    atom = made.Length;
                    i = CopyClass(expression, i, made);
                    break;
                case '(':
                    groups.Push(made.Length);
                    made.Append(c);
                    atom = -1;
                    break;
                case ')':
                    atom = groups.Count > 0 ? groups.Pop() : -1;
                    made.Append(c);
                    break;
                case '?' or '*' or '+' when atom >= 0:
                    made.Append(c);
                    if (i + 1 < expression.Length && expression[i + 1] == '+')
                    {
                        made.Insert(atom, "(?>").Append(')');
                        i++;
                    }

                    break;
                case '|':
                    atom = -1;
                    made.Append(c);
                    break;
                default:
                    atom = c is '{' or '}' || (char.IsAsciiDigit(c) && IsCount(expression, i)) || (c == ',' && IsCount(expression, i)) ? atom : made.Length;
                    made.Append(c);
                    break;
            }
        }

        return made.ToString();
    }

    /// <summary>Whether a place lies within braces that count.</summary>
    private static bool IsCount(string expression, int at)
    {
        int open = expression.LastIndexOf('{', at), close = expression.LastIndexOf('}', at);
        return open > close;
    }

    private static int CopyEscape(string expression, int at, StringBuilder made)
    {
        if (at >= expression.Length)
        {
            return at;
        }

        made.Append(expression[at]);
        if (expression[at] is not ('p' or 'P' or 'x') || at + 1 >= expression.Length || expression[at + 1] != '{')
        {
            return at;
        }

        int end = expression.IndexOf('}', at);
        end = end < 0 ? expression.Length - 1 : end;
        made.Append(expression, at + 1, end - at);
        return end;
    }

    private static int CopyClass(string expression, int at, StringBuilder made)
    {
        int i = at + 1;
        i += i < expression.Length && expression[i] == '^' ? 1 : 0;
        i += i < expression.Length && expression[i] == ']' ? 1 : 0;
        for (; i < expression.Length && expression[i] != ']'; i++)
        {
            i += expression[i] == '\\' ? 1 : 0;
        }

        i = Math.Min(i, expression.Length - 1);
        made.Append(expression, at, i - at + 1);
        return i;
    }
}

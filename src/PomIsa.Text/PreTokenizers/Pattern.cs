using System.Globalization;
using System.Text.RegularExpressions;
using PomIsa.Text.Files;

namespace PomIsa.Text.PreTokenizers;

/// <summary>What a step looks for: a text, or a regular expression as Oniguruma reads it.</summary>
/// <remarks>
/// .NET sees two surrogates where a text has one character beyond U+FFFF, and knows neither as a letter. So an expression is matched on a copy
/// in which each of them is one character of the same general category. It runs without backtracking where it can, else with a time limit.
/// </remarks>
internal sealed class Pattern
{
    private readonly string? _literal;
    private readonly Regex? _regex;

    private Pattern(string? literal, Regex? regex) => (_literal, _regex) = (literal, regex);

    public static Pattern Literal(string text) => new(text, null);

    /// <exception cref="ArgumentException">.NET can't read the expression.</exception>
    public static Pattern Regex(string expression) => new(null, Compile(Possessive.Rewrite(expression)));

    /// <summary>Reads <c>{"String": …}</c>, <c>{"Regex": …}</c> or a plain text.</summary>
    public static Pattern Read(JsonPart part)
    {
        if (part.IsText || part.Find("String") is not null)
        {
            string text = part.IsText ? part.Text : part.Need("String").Text;
            return text.Length is > 0 and <= TextLimits.PatternChars ? Literal(text) : throw part.Wrong("looks for nothing, or for too long a text");
        }

        JsonPart expression = part.Need("Regex");
        if (expression.Text.Length > TextLimits.PatternChars)
        {
            throw expression.Wrong(string.Create(CultureInfo.InvariantCulture, $"is longer than {TextLimits.PatternChars} characters"));
        }

        try
        {
            return Regex(expression.Text);
        }
        catch (ArgumentException e)
        {
            throw expression.Wrong($"is no regular expression that can be read here ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>Where it is found, from left to right.</summary>
    /// <exception cref="InvalidDataException">It takes too long.</exception>
    public List<Range> Find(string text)
    {
        var found = new List<Range>();
        if (_literal is not null)
        {
            for (int at = 0; (at = text.IndexOf(_literal, at, StringComparison.Ordinal)) >= 0; at += _literal.Length)
            {
                found.Add(at..(at + _literal.Length));
            }

            return found;
        }

        (string plain, int[]? places) = CategoryText.Of(text);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            foreach (ValueMatch match in _regex!.EnumerateMatches(plain))
            {
                int end = match.Index + match.Length;
                found.Add(places is null ? match.Index..end : places[match.Index]..places[end]);
                if ((found.Count & 1023) == 0 && System.Diagnostics.Stopwatch.GetElapsedTime(start) > 4 * TextLimits.PatternTime)
                {
                    throw TooLong();
                }
            }
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooLong();
        }

        return found;
    }

    public string Replace(string text, string content)
    {
        List<Range> found = Find(text);
        if (found.Count == 0)
        {
            return text;
        }

        if (text.Length + (long)found.Count * content.Length > 2L * TextLimits.NormalizedChars)
        {
            throw new InvalidDataException("The normalizer makes the text too long.");
        }

        var replaced = new System.Text.StringBuilder(text.Length);
        int at = 0;
        foreach (Range one in found)
        {
            replaced.Append(text, at, one.Start.Value - at).Append(content);
            at = one.End.Value;
        }

        return replaced.Append(text, at, text.Length - at).ToString();
    }

    private InvalidDataException TooLong() => new($"The pattern {_regex} takes too long on this text.");

    // In Oniguruma's Ruby syntax ^ and $ stand at every line.
    private static Regex Compile(string expression)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.Multiline;
        try
        {
            return new Regex(expression, Options | RegexOptions.NonBacktracking, TextLimits.PatternTime);
        }
        catch (NotSupportedException)
        {
            return new Regex(expression, Options, TextLimits.PatternTime);
        }
    }
}

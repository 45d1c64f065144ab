using System.Globalization;
using PomIsa.Training.Tokens;

namespace PomIsa.Cli.Runs;

/// <summary>Tokens as text while they come: a token may hold part of a character, so the whole is decoded each time.</summary>
internal sealed class TokenText(TextTokenizer? tokenizer)
{
    private readonly List<int> _tokens = [];

    public string Text { get; private set; } = "";

    /// <summary>Takes a token.</summary>
    /// <returns>The text that it adds.</returns>
    public string Add(int token)
    {
        if (tokenizer is null)
        {
            string number = (Text.Length > 0 ? " " : "") + token.ToString(CultureInfo.InvariantCulture);
            Text += number;
            return number;
        }

        _tokens.Add(token);
        string text = tokenizer.Decode(_tokens);
        if (text.EndsWith('\uFFFD') || !text.StartsWith(Text, StringComparison.Ordinal))
        {
            return "";
        }

        string more = text[Text.Length..];
        Text = text;
        return more;
    }
}

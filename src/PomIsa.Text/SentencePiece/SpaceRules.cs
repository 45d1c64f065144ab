using System.Text;
using PomIsa.Text.Normalizers;
using PomIsa.Text.PreTokenizers;

namespace PomIsa.Text.SentencePiece;

/// <summary>SentencePiece's normalizer: a table of replacements, then its rules for spaces.</summary>
/// <remarks>Our own: the tokenizer package leaves the table out for BPE models, and makes nothing of a text of one character where spaces are removed.</remarks>
internal sealed class SpaceRules(ModelFile file)
{
    private readonly CharsMap? _map = CharsMap.Read(file.CharsMap);
    private readonly char _space = file.EscapesSpaces ? Metaspace.Default[0] : ' ';

    /// <summary>Applies the rules; those for the ends hold at the text's ends alone.</summary>
    public string Apply(Segment segment)
    {
        string text = _map is null ? segment.Text : _map.Apply(segment.Text);
        if (file.RemovesSpaces)
        {
            text = segment.First ? text.TrimStart(' ') : text;
            text = segment.Last ? text.TrimEnd(' ') : text;
        }

        if (text.Length == 0)
        {
            return "";
        }

        var made = new StringBuilder(text.Length + 1);
        if (file.AddsSpace && segment.First)
        {
            made.Append(_space);
        }

        bool before = false;
        foreach (char letter in text)
        {
            bool space = letter == ' ';
            if (!space || !before || !file.RemovesSpaces)
            {
                made.Append(space ? _space : letter);
            }

            before = space;
        }

        return made.ToString();
    }
}

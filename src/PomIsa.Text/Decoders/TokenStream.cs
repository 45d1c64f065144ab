using System.Text;
using PomIsa.Text.Models;

namespace PomIsa.Text.Decoders;

/// <summary>Tokens to text, one at a time: bytes that are no whole character yet wait in the UTF-8 decoder.</summary>
/// <remarks>Our own: the tokenizer package decodes lists of tokens, and cuts characters where a list ends.</remarks>
internal sealed class TokenStream(Vocabulary vocabulary, HashSet<int> left, DecoderPlan plan) : ITokenStream
{
    private readonly Decoder _characters = Encoding.UTF8.GetDecoder();
    private bool _first = true;
    private int _stripped;
    private bool _begun;
    private string _held = "";

    public string Add(int id)
    {
        if (left.Contains(id) || vocabulary.Spelling(id) is not { } token)
        {
            return "";
        }

        foreach (Respelling step in plan.Steps)
        {
            token = step(token, _first);
        }

        _first = false;
        return Shown(Characters(plan.BytesOf(token), flush: false));
    }

    public string End()
    {
        string text = Shown(Characters([], flush: true));
        _held = "";
        return text;
    }

    private string Characters(byte[] bytes, bool flush)
    {
        var characters = new char[_characters.GetCharCount(bytes, flush)];
        int count = _characters.GetChars(bytes, characters, flush);
        return new string(characters, 0, count);
    }

    private string Shown(string text)
    {
        if (!_begun)
        {
            int from = 0;
            while (from < text.Length && _stripped < plan.Leading && text[from] == plan.Strip)
            {
                (from, _stripped) = (from + 1, _stripped + 1);
            }

            text = text[from..];
            _begun = text.Length > 0;
        }

        if (!plan.HoldsSpace || text.Length == 0)
        {
            return text;
        }

        text = _held + text;
        _held = text.EndsWith(' ') ? " " : "";
        return text[..^_held.Length];
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PomIsa.Text.Decoders;
using PomIsa.Text.Models;
using PomIsa.Text.PostProcessors;
using PomIsa.Text.PreTokenizers;

namespace PomIsa.Text.Tokens;

/// <summary>A tokenizer of parts, as Hugging Face's files describe them: added tokens, normalizer, pre-tokenizer, model, post-processor, decoder.</summary>
internal sealed class ModelTokenizer : ITokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly ITokenModel _model;
    private readonly Normalization? _normalizer;
    private readonly Splitting? _preTokenizer;
    private readonly Frame _frame;
    private readonly DecoderPlan _decoder;
    private readonly AddedTokens _raw, _normalized;
    private readonly HashSet<int> _special;

    public ModelTokenizer(
        Vocabulary vocabulary, ITokenModel model, IReadOnlyCollection<AddedToken> added, Normalization? normalizer, Splitting? preTokenizer, Frame frame, DecoderPlan decoder)
    {
        (_vocabulary, _model, _normalizer, _preTokenizer, _frame, _decoder) = (vocabulary, model, normalizer, preTokenizer, frame, decoder);
        _raw = new AddedTokens(added.Where(static one => !one.Normalized), static text => text);
        _normalized = new AddedTokens(added.Where(static one => one.Normalized), text => normalizer is null ? text : normalizer(new Segment(text, false, false)));
        SpecialTokens = added.Where(static one => one.Special).GroupBy(static one => one.Content, StringComparer.Ordinal)
            .ToDictionary(static one => one.Key, static one => one.First().Id, StringComparer.Ordinal);
        _special = [.. SpecialTokens.Values];
    }

    public int Vocabulary => _vocabulary.Size;

    public IReadOnlyDictionary<string, int> SpecialTokens { get; }

    public ImmutableArray<int> Encode(string text, bool special)
    {
        if (text.Length > TextLimits.TextChars)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The text has {text.Length} characters; {TextLimits.TextChars} can be read at once."));
        }

        var ids = new List<int>();
        foreach (Stretch stretch in _raw.Cut(new Segment(Sound(text), true, true)))
        {
            if (stretch.IsToken)
            {
                ids.Add(stretch.Id);
                continue;
            }

            Segment segment = _normalizer is null ? stretch.Segment : stretch.Segment with { Text = _normalizer(stretch.Segment) };
            foreach (Stretch inner in _normalized.Cut(segment))
            {
                if (inner.IsToken)
                {
                    ids.Add(inner.Id);
                }
                else
                {
                    EncodeWords(inner.Segment, ids);
                }
            }
        }

        return special ? [.. _frame.Before, .. ids, .. _frame.After] : [.. ids];
    }

    public string? Spelling(int id) => _vocabulary.Spelling(id);

    public ITokenStream Decode(bool special = false) => new TokenStream(_vocabulary, special ? [] : _special, _decoder);

    private void EncodeWords(Segment segment, List<int> ids)
    {
        if (_preTokenizer is null)
        {
            _model.Encode(segment.Text, ids);
            return;
        }

        var words = new List<Segment>();
        _preTokenizer(segment, words);
        foreach (Segment word in words)
        {
            if (word.Text.Length > 0)
            {
                _model.Encode(word.Text, ids);
            }
        }
    }

    /// <summary>The text with U+FFFD for each half of a surrogate pair: such halves have no UTF-8.</summary>
    private static string Sound(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        var sound = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            sound.Append(rune.ToString());
        }

        return sound.ToString();
    }
}

using System.Text;
using PomIsa.Text.Files;
using PomIsa.Text.Models;
using PomIsa.Text.PreTokenizers;

namespace PomIsa.Text.Decoders;

/// <summary>Changes how a token is spelled.</summary>
/// <param name="token">As the step before left it.</param>
/// <param name="first">Whether it is the first of its stream.</param>
internal delegate string Respelling(string token, bool first);

/// <summary>What the bytes of a token are.</summary>
internal enum TokenBytes
{
    /// <summary>Its UTF-8.</summary>
    Text,

    /// <summary>One for each character (<see cref="ByteAlphabet"/>).</summary>
    Alphabet,

    /// <summary>One where it is spelled <c>&lt;0x0A&gt;</c>, else its UTF-8.</summary>
    Fallback,
}

/// <summary>How tokens become text: each by itself, then bytes, then what is taken from the text's beginning.</summary>
internal sealed class DecoderPlan
{
    public List<Respelling> Steps { get; } = [];

    public TokenBytes Bytes { get; private set; }

    /// <summary>The character that is taken from the beginning, at most <see cref="Leading"/> times.</summary>
    public char Strip { get; private set; }

    public int Leading { get; private set; }

    /// <summary>Whether a space at the text's end is left out.</summary>
    public bool HoldsSpace { get; private set; }

    private bool _whole;

    /// <summary>SentencePiece's convention: a letter for spaces, bytes by name, and the space that was added at the beginning.</summary>
    public static DecoderPlan SentencePiece(string letter, bool strips)
    {
        var plan = new DecoderPlan { Bytes = TokenBytes.Fallback, Strip = ' ', Leading = strips ? 1 : 0 };
        plan.Steps.Add((token, _) => token.Replace(letter, " ", StringComparison.Ordinal));
        return plan;
    }

    /// <summary>Reads the <c>decoder</c> of a tokenizer.json; without one there is a space between tokens.</summary>
    /// <exception cref="InvalidDataException">It is of an unknown kind, or not well formed.</exception>
    public static DecoderPlan Read(JsonPart? part)
    {
        var plan = new DecoderPlan();
        if (part is { } found)
        {
            plan.Add(found, 0);
        }
        else
        {
            plan.Steps.Add(static (token, first) => first ? token : " " + token);
        }

        return plan;
    }

    /// <summary>The bytes of a token.</summary>
    public byte[] BytesOf(string token)
    {
        if (Bytes == TokenBytes.Fallback && Vocabulary.ByteOf(token) is >= 0 and var value)
        {
            return [(byte)value];
        }

        if (Bytes == TokenBytes.Alphabet && token.All(static letter => ByteAlphabet.ByteOf(letter) >= 0))
        {
            return [.. token.Select(static letter => (byte)ByteAlphabet.ByteOf(letter))];
        }

        return Encoding.UTF8.GetBytes(token);
    }

    private void Add(JsonPart part, int depth)
    {
        switch (part.Kind)
        {
            case "Sequence":
                foreach (JsonPart step in PartList.Of(part, "decoders", depth))
                {
                    Add(step, depth + 1);
                }

                break;
            case "ByteLevel":
                Become(part, TokenBytes.Alphabet);
                break;
            case "ByteFallback":
                Become(part, TokenBytes.Fallback);
                break;
            case "Fuse":
                _whole = true;
                break;
            case "Replace":
                var pattern = Pattern.Read(part.Need("pattern"));
                string content = part.Need("content").Text;
                Spell(part, (token, _) => pattern.Replace(token, content));
                break;
            case "Strip":
                StripBy(part);
                break;
            case "Metaspace":
                var space = Metaspace.Of(part);
                Spell(part, (token, first) => token.Replace(space.Letter, first && space.Prepends ? "" : " ", StringComparison.Ordinal));
                break;
            case "WordPiece":
                string prefix = part.TextOrNull("prefix") ?? "##";
                bool clean = part.FlagOr("cleanup", true);
                Spell(part, (token, first) => WordPieceText.Joined(token, first, prefix, clean));
                break;
            case "BPEDecoder":
                string suffix = part.TextOrNull("suffix") ?? "</w>";
                Spell(part, suffix.Length == 0 ? static (token, _) => token : (token, _) => token.Replace(suffix, " ", StringComparison.Ordinal));
                HoldsSpace = true;
                break;
            case var kind:
                throw part.Wrong($"is of the kind '{kind}', which is not known here");
        }
    }

    private void Become(JsonPart part, TokenBytes bytes)
    {
        if (Bytes != TokenBytes.Text || _whole)
        {
            throw part.Wrong("comes after tokens have become bytes");
        }

        Bytes = bytes;
    }

    /// <summary>A step for single tokens can't look at text that several made together.</summary>
    private void Spell(JsonPart part, Respelling step)
    {
        if (_whole || Bytes == TokenBytes.Alphabet)
        {
            throw part.Wrong("comes after tokens have become one text; it could not be told token by token");
        }

        Respelling inner = step;
        Steps.Add(Bytes == TokenBytes.Fallback ? (token, first) => Vocabulary.ByteOf(token) >= 0 ? token : inner(token, first) : inner);
    }

    private void StripBy(JsonPart part)
    {
        int start = part.Find("start")?.Id ?? 0, stop = part.Find("stop")?.Id ?? 0;
        if (part.Need("content").Text is not [var letter])
        {
            throw part.Wrong("strips something that is not one character");
        }

        if (!_whole && Bytes != TokenBytes.Alphabet)
        {
            Spell(part, (token, _) => WordPieceText.Stripped(token, letter, start, stop));
            return;
        }

        if (stop > 0 || Leading > 0)
        {
            throw part.Wrong("strips the end of the text, which could not be told token by token");
        }

        (Strip, Leading) = (letter, start);
    }
}

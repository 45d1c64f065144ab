using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.ML.Tokenizers;
using PomIsa.Text.SentencePiece;
using PomIsa.Text.Tests.Support;
using PomIsa.Text.Tokens;

namespace PomIsa.Text.Tests;

public sealed class SentencePieceTests
{
    private static readonly string[] Pieces = ["▁t", "he", "▁the", "in", "er", "▁a", "at", "▁th", "on", "▁", "t", "h", "e", "i", "n", "r", "a", "o", "s", "hein"];

    private static ITokenizer Load(SentencePieceWriter model, string? config = null)
    {
        using var folder = new Folder();
        folder.Write("tokenizer.model", model.Write());
        if (config is not null)
        {
            folder.Write("tokenizer_config.json", config);
        }

        return TokenizerFolder.Load(folder.Path, TokenizerConfig.Load(folder.Path));
    }

    /// <summary>Llama's way of being: BPE, bytes, a space at the beginning. The tokenizer package reads the same file.</summary>
    [Property(MaxTest = 300)]
    public Property BPE_models_give_the_packages_tokens() => Prop.ForAll(
        Gen.Elements([.. "theinraos  é日\n".Select(c => c.ToString()), "the ", "\U0001F600"]).ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            var model = new SentencePieceWriter { Pieces = SentencePieceWriter.Llama(true, Pieces), ByteFallback = true };
            LlamaTokenizer package = LlamaTokenizer.Create(new MemoryStream(model.Write()), addBeginOfSentence: true, addEndOfSentence: false);
            ITokenizer own = Load(model);
            return text.Length == 0 || (package.EncodeToIds(text).SequenceEqual(own.Encode(text, true)) && own.Decoded(own.Encode(text, true)) == text);
        });

    /// <summary>The definition: of all neighbours that spell a piece, the piece with the highest score, at its leftmost place.</summary>
    [Property(MaxTest = 300)]
    public Property Merges_follow_scores() => Prop.ForAll(Gen.Elements([.. "theinraos"]).ListOf().Select(c => new string([.. c])).ToArbitrary(), text =>
    {
        List<string> parts = [.. ("▁" + text).Select(c => c.ToString())];
        while (true)
        {
            int best = -1, rank = int.MaxValue;
            for (int i = 0; i + 1 < parts.Count; i++)
            {
                int found = Array.IndexOf(Pieces, parts[i] + parts[i + 1]);
                (best, rank) = found >= 0 && found < rank ? (i, found) : (best, rank);
            }

            if (best < 0)
            {
                break;
            }

            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }

        return text.Length == 0 || Load(new SentencePieceWriter { Pieces = SentencePieceWriter.Llama(false, Pieces) }).Tokens(text).SequenceEqual(parts);
    });

    [Fact]
    public void Control_tokens_and_the_users_pieces_are_found_in_a_text()
    {
        ITokenizer tokenizer = Load(
            new SentencePieceWriter { Pieces = [.. SentencePieceWriter.Llama(false, Pieces), ("[the]", 0, 4)] },
            """{"add_bos_token":true,"add_eos_token":true,"added_tokens_decoder":{"24":{"content":"<|im|>","special":true}}}""");
        Assert.Equal(["<s>", "▁the", "[the]", "he", "<|im|>", "a", "</s>"], tokenizer.Tokens("the[the]he<|im|>a", special: true));
        Assert.Equal(24, tokenizer.SpecialTokens["<|im|>"]);
        Assert.False(tokenizer.SpecialTokens.ContainsKey("[the]"));
        Assert.Equal("the[the]hea", tokenizer.Decoded(tokenizer.Encode("the[the]he<|im|>a", true)));
    }

    [Fact]
    public void A_Unigram_model_without_a_first_token_removes_spaces_and_ends_a_text()
    {
        ITokenizer tokenizer = Load(
            new SentencePieceWriter
            {
                Type = 1,
                Begin = -1,
                End = 1,
                Unknown = 2,
                RemovesSpaces = true,
                Pieces = [("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("▁a", -1, 1), ("▁", -2, 1), ("a", -3, 1), ("b", -3, 1), ("ab", -4, 1)],
            },
            """{"add_eos_token":true}""");
        Assert.Equal(["▁a", "b", "▁a", "</s>"], tokenizer.Tokens("  ab   a  ", special: true));
        Assert.Equal(["▁a"], tokenizer.Tokens("a"));
        Assert.Equal(["▁", "<unk>", "b"], tokenizer.Tokens("xyzb"));
    }

    [Fact]
    public void The_table_of_replacements_comes_before_the_rules_for_spaces()
    {
        byte[] table = CharsMapBuilder.Build([("ﬁ", "fi"), ("\u3000", " "), ("Ⅸ", "IX"), ("é", "e"), ("e\u0301", "e")]);
        ITokenizer tokenizer = Load(new SentencePieceWriter
        {
            CharsMap = table,
            RemovesSpaces = true,
            Pieces = SentencePieceWriter.Llama(false, "▁", "f", "i", "I", "X", "e", "n"),
        });
        Assert.Equal(["▁", "f", "i", "n", "e", "▁", "I", "X", "e"], tokenizer.Tokens("ﬁne\u3000 Ⅸe\u0301"));
    }

    [Fact]
    public void Files_that_are_not_sound_are_refused()
    {
        var model = new SentencePieceWriter { Pieces = SentencePieceWriter.Llama(false, Pieces) };
        Assert.Contains("has no pieces", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("no SentencePiece model", Refusal(model.Write()[..40]), StringComparison.Ordinal);
        Assert.Contains("neither of the kind Unigram nor BPE", Refusal((model with { Type = 4 }).Write()), StringComparison.Ordinal);
        Assert.Contains("has no tokens for some", Refusal((model with { ByteFallback = true }).Write()), StringComparison.Ordinal);
        Assert.Contains("The unknown token has the id 99", Refusal((model with { Unknown = 99 }).Write()), StringComparison.Ordinal);
        Assert.Contains("as another one is", Refusal((model with { Pieces = [("a", 0, 1), ("a", 0, 1)] }).Write()), StringComparison.Ordinal);
        Assert.Contains("score that is no number", Refusal((model with { Pieces = [("a", float.NaN, 1)] }).Write()), StringComparison.Ordinal);
        Assert.Contains("compiled table is cut off", Refusal((model with { CharsMap = [255, 255, 0, 0, 1] }).Write()), StringComparison.Ordinal);

        static string Refusal(byte[] bytes)
        {
            using var folder = new Folder();
            folder.Write("tokenizer.model", bytes);
            return Assert.Throws<InvalidDataException>(() => TokenizerFolder.Load(folder.Path, TokenizerConfig.Load(folder.Path))).Message;
        }
    }

    /// <summary>Every byte of a model changed in turn: it is read or refused, never anything else.</summary>
    [Fact]
    public void Changed_bytes_are_read_or_refused()
    {
        byte[] bytes = new SentencePieceWriter { Pieces = SentencePieceWriter.Llama(false, Pieces), CharsMap = CharsMapBuilder.Build([("é", "e")]) }.Write();
        int refused = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= (byte)(1 << (i % 8));
            using var folder = new Folder();
            folder.Write("tokenizer.model", changed);
            try
            {
                TokenizerFolder.Load(folder.Path, new TokenizerConfig()).Encode("the é in", true);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, bytes.Length - 1);
    }
}

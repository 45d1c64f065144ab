using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class UnigramTests
{
    /// <summary>All ways to cut a short text, tried one by one.</summary>
    private static double Best(string text, IReadOnlyDictionary<string, double> scores, double unknown)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        double best = double.NegativeInfinity;
        for (int length = 1; length <= text.Length; length++)
        {
            double own = scores.TryGetValue(text[..length], out double score) ? score : length == 1 && !scores.ContainsKey(text[..1]) ? unknown : double.NegativeInfinity;
            best = double.IsNegativeInfinity(own) ? best : Math.Max(best, own + Best(text[length..], scores, unknown));
        }

        return best;
    }

    /// <summary>Scores are whole numbers, so that sums are exact in any order.</summary>
    [Property(MaxTest = 300)]
    public Property The_segmentation_is_the_best_of_all() => Prop.ForAll(
        Gen.Choose(-20, -1).ArrayOf(12).ToArbitrary(),
        Gen.Elements('a', 'b', 'c', 'd').ArrayOf(11).Select(c => new string(c)).ToArbitrary(),
        (values, text) =>
        {
            string[] tokens = ["a", "b", "c", "ab", "bc", "abc", "ca", "cab", "aab", "bb", "bca", "cc"];
            var scores = tokens.Select((t, i) => (t, s: (double)values[i])).ToDictionary(x => x.t, x => x.s);
            string[] cut = Json.Load(Json.File(Json.Unigram([("<unk>", -50), .. scores.Select(s => (s.Key, s.Value))]))).Tokens(text);
            string known = string.Concat(cut.Select(t => t == "<unk>" ? "d" : t));
            double best = text.Split('d').Sum(part => Best(part, scores, -60));
            return known == Regex.Replace(text, "d+", "d") && cut.Sum(t => t == "<unk>" ? 0 : scores[t]) == best;
        });

    [Fact]
    public void A_run_of_unknown_characters_is_one_token_or_its_bytes()
    {
        (string, double)[] tokens = [("<unk>", 0), ("a", -1)];
        Assert.Equal(["a", "<unk>", "a"], Json.Load(Json.File(Json.Unigram(tokens))).Tokens("axyéa"));
        (string, double)[] bytes = [.. tokens, .. Enumerable.Range(0, 256).Select(b => ($"<0x{b:X2}>", 0.0))];
        Assert.Equal(["a", "<0x78>", "<0xC3>", "<0xA9>", "a"], Json.Load(Json.File(Json.Unigram(bytes, more: ",\"byte_fallback\":true"))).Tokens("axéa"));
    }

    [Fact]
    public void Characters_beyond_the_basic_plane_are_one_character() =>
        Assert.Equal(["<unk>", "a", "\U0001F600"], Json.Load(Json.File(Json.Unigram([("<unk>", 0), ("a", -1), ("\U0001F600", -1)]))).Tokens("\U0001F601a\U0001F600"));

    [Fact]
    public void Words_begin_with_a_letter_for_the_space_before_them()
    {
        ITokenizer tokenizer = Json.Load(Json.File(
            Json.Unigram([("<unk>", 0), ("▁Hello", -1), ("▁wor", -2), ("ld", -2), ("▁", -3)]),
            preTokenizer: """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""",
            decoder: """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}"""));
        Assert.Equal(["▁Hello", "▁wor", "ld"], tokenizer.Tokens("Hello world"));
        Assert.Equal("Hello world", tokenizer.Decoded(tokenizer.Encode("Hello world", false)));
    }

    [Theory]
    [InlineData("""{"type":"Unigram","unk_id":7,"vocab":[["a",0]]}""", "model.unk_id is not in the vocabulary")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a"]]}""", "model.vocab[0] is no token with its score")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a",0],["a",1]]}""", "model.vocab[1] is no token with its score, or comes twice")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a","x"]]}""", "model.vocab[0][1] is not a number")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a",1e999]]}""", "is not a number")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[]}""", "model.vocab is empty")]
    public void Models_that_are_not_sound_are_refused_with_the_place(string model, string says) => Assert.Contains(says, Json.Refusal(Json.File(model)), StringComparison.Ordinal);
}

using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class BytePairTests
{
    private static readonly string[] Letters = ["a", "b", "c", "d", "\U0001F600"];

    /// <summary>Random merges over few letters, one beyond U+FFFF: ranks, places and overlaps as the definition has them.</summary>
    [Property(MaxTest = 500)]
    public Property Merges_are_those_of_the_definition() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ArrayOf(12).ToArbitrary(),
        Gen.Elements(Letters).ListOf().Select(string.Concat).ToArbitrary(),
        (seeds, text) =>
        {
            List<string> tokens = [.. Letters];
            var merges = new List<(string, string)>();
            foreach (int seed in seeds)
            {
                (string, string) pair = (tokens[seed % tokens.Count], tokens[seed / 7 % tokens.Count]);
                if (!merges.Contains(pair))
                {
                    merges.Add(pair);
                    tokens.Add(pair.Item1 + pair.Item2);
                }
            }

            ITokenizer tokenizer = Json.Load(Json.File(Json.Bpe(tokens.Distinct(), merges, pairs: seeds[0] % 2 == 0)));
            var ranks = merges.Select((pair, rank) => (pair, rank)).ToDictionary(m => m.pair, m => m.rank);
            return tokenizer.Tokens(text).SequenceEqual(NaiveBytePairs.Encode(NaiveBytePairs.Letters(text), ranks));
        });

    [Fact]
    public void Characters_without_a_token_fall_back_to_bytes()
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")];
        ITokenizer tokenizer = Json.Load(Json.File(
            Json.Bpe([.. bytes, "a", "b", "ab"], [("a", "b")], more: ",\"byte_fallback\":true,\"unk_token\":\"a\""),
            decoder: """{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]}"""));
        Assert.Equal(["ab", "<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"], tokenizer.Tokens("abé\U0001F600"));
        Assert.Equal("abé\U0001F600", tokenizer.Decoded(tokenizer.Encode("abé\U0001F600", false)));
    }

    [Fact]
    public void Unknown_characters_are_one_token_where_the_file_fuses_them()
    {
        string[] tokens = ["<unk>", "a"];
        Assert.Equal(["a", "<unk>", "<unk>", "a"], Json.Load(Json.File(Json.Bpe(tokens, [], more: ",\"unk_token\":\"<unk>\""))).Tokens("axya"));
        Assert.Equal(["a", "<unk>", "a"], Json.Load(Json.File(Json.Bpe(tokens, [], more: ",\"unk_token\":\"<unk>\",\"fuse_unk\":true"))).Tokens("axya"));
        Assert.Equal(["a", "a"], Json.Load(Json.File(Json.Bpe(tokens, []))).Tokens("axya"));
    }

    [Fact]
    public void Words_end_and_go_on_with_the_files_marks()
    {
        ITokenizer tokenizer = Json.Load(Json.File(
            Json.Bpe(["a", "b", "c</w>", "a</w>", "bc</w>"], [("b", "c</w>")], more: ",\"end_of_word_suffix\":\"</w>\""),
            preTokenizer: """{"type":"WhitespaceSplit"}""",
            decoder: """{"type":"BPEDecoder","suffix":"</w>"}"""));
        Assert.Equal(["a", "bc</w>", "a</w>"], tokenizer.Tokens("abc a"));
        Assert.Equal("abc a", tokenizer.Decoded(tokenizer.Encode("abc a", false)));
        Assert.Equal(["a", "##b", "##cd"], Json.Load(Json.File(Json.Bpe(["a", "##b", "##c", "##d", "##cd"], [("##c", "##d")], more: ",\"continuing_subword_prefix\":\"##\""))).Tokens("abcd"));
    }

    [Fact]
    public void Words_that_are_tokens_are_taken_whole_where_the_file_says_so()
    {
        string[] tokens = ["a", "b", "c", "bc", "abc"];
        Assert.Equal(["abc"], Json.Load(Json.File(Json.Bpe(tokens, [("b", "c")], more: ",\"ignore_merges\":true"))).Tokens("abc"));
        Assert.Equal(["a", "bc"], Json.Load(Json.File(Json.Bpe(tokens, [("b", "c")]))).Tokens("abc"));
    }

    [Theory]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}""", "model.vocab.b is 0, which another token has")]
    [InlineData("""{"type":"BPE","vocab":{"a":0},"merges":["a b"]}""", "model.merges[0] merges 'a' and 'b', but 'b' is not in the vocabulary")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1},"merges":[["a","b"]]}""", "'ab' is not in the vocabulary")]
    [InlineData("""{"type":"BPE","vocab":{"a":0},"merges":["ab"]}""", "model.merges[0] is no pair")]
    [InlineData("""{"type":"BPE","vocab":{"a":4000000000},"merges":[]}""", "model.vocab.a is no token id")]
    [InlineData("""{"type":"BPE","vocab":{"a":3000000},"merges":[]}""", "model.vocab.a is no token id")]
    [InlineData("""{"type":"BPE","vocab":{"a":-1},"merges":[]}""", "model.vocab.a is no token id")]
    [InlineData("""{"type":"BPE","vocab":{},"merges":[]}""", "model.vocab is empty")]
    [InlineData("""{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"x"}""", "unknown token 'x'")]
    [InlineData("""{"type":"BPE","merges":[]}""", "model has no 'vocab'")]
    [InlineData("""{"type":"WordLevel","vocab":{"a":0}}""", "'WordLevel', which is not known here")]
    public void Models_that_are_not_sound_are_refused_with_the_place(string model, string says) => Assert.Contains(says, Json.Refusal(Json.File(model)), StringComparison.Ordinal);
}

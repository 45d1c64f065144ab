using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class AddedTokenTests
{
    private static readonly string[] Letters = ["a", "b", " ", "<", "x", ">"];

    private static ITokenizer With(string added, string? normalizer = null) => Json.Load(Json.File(Json.Bpe(Letters, []), normalizer, added: added));

    [Fact]
    public void The_longest_token_at_the_leftmost_place_is_taken()
    {
        ITokenizer tokenizer = With(Json.Special(("<x>", 6), ("<x>a", 7), ("x>ab", 8)));
        Assert.Equal(["b", "<x>a", "b", "<x>", "<", "a"], tokenizer.Tokens("b<x>ab<x><a"));
        Assert.Equal(9, tokenizer.Vocabulary);
        Assert.Equal(6, tokenizer.SpecialTokens["<x>"]);
    }

    [Fact]
    public void Tokens_take_white_space_where_they_are_said_to()
    {
        Assert.Equal(["a", "<x>", " ", "b"], With(Json.Added("<x>", 6, "\"special\":true,\"lstrip\":true")).Tokens("a  <x> b"));
        Assert.Equal(["a", " ", "<x>", "b"], With(Json.Added("<x>", 6, "\"special\":true,\"rstrip\":true")).Tokens("a <x>  b"));
    }

    [Fact]
    public void Single_words_are_not_found_within_words() =>
        Assert.Equal(["aa", " ", "b", "a", "a", " ", "aa"], With(Json.Added("aa", 6, "\"special\":false,\"single_word\":true,\"normalized\":false")).Tokens("aa baa aa"));

    [Fact]
    public void Normalized_tokens_are_looked_for_in_the_normalized_text()
    {
        const string Lower = """{"type":"Lowercase"}""";
        Assert.Equal(["a", "XA", "b"], With(Json.Added("XA", 6, "\"special\":false,\"normalized\":true"), Lower).Tokens("Axab"));
        Assert.Equal(["a", "XA", "b", "x", "a"], With(Json.Added("XA", 6, "\"special\":false,\"normalized\":false"), Lower).Tokens("AXAbxa"));
    }

    [Fact]
    public void Special_tokens_are_left_out_of_text_unless_asked_for()
    {
        ITokenizer tokenizer = Json.Load(Json.File(Json.Bpe(Letters, []), decoder: """{"type":"Fuse"}""", added: Json.Special(("<x>", 6))));
        Assert.Equal("ab", tokenizer.Decoded([0, 6, 1, 400, -1]));
        Assert.Equal("a<x>b", tokenizer.Decoded([0, 6, 1], special: true));
    }

    [Fact]
    public void A_token_that_disagrees_with_the_vocabulary_is_refused()
    {
        Assert.Contains("added_tokens[0] is 'a' with the id 9", Json.Refusal(Json.File(Json.Bpe(Letters, []), added: Json.Special(("a", 9)))), StringComparison.Ordinal);
        Assert.Contains("added_tokens[0] is 'q' with the id 0", Json.Refusal(Json.File(Json.Bpe(Letters, []), added: Json.Special(("q", 0)))), StringComparison.Ordinal);
        Assert.Contains("added_tokens[0].content is no token", Json.Refusal(Json.File(Json.Bpe(Letters, []), added: Json.Special((new string('a', 2000), 9)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_tokens_with_one_beginning_cost_no_more_than_their_length()
    {
        (string, int)[] tokens = [.. Enumerable.Range(0, 1000).Select(i => (new string('a', i + 1) + "x", 6 + i))];
        ITokenizer tokenizer = With(Json.Special(tokens));
        Assert.Equal(1 << 17, tokenizer.Encode(new string('a', 1 << 17), false).Length);
    }
}

using PomIsa.Text.PreTokenizers;
using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class PreTokenizerTests
{
    private const string Hyphen = """{"type":"Split","pattern":{"String":"-"},"behavior":"BEHAVIOR","invert":false}""";

    [Theory]
    [InlineData("Removed", "the|final|countdown")]
    [InlineData("Isolated", "the|-|final|-|-|countdown")]
    [InlineData("MergedWithPrevious", "the-|final-|-|countdown")]
    [InlineData("MergedWithNext", "the|-final|-|-countdown")]
    [InlineData("Contiguous", "the|-|final|--|countdown")]
    public void Splits_do_with_matches_what_they_say(string behavior, string expected) =>
        Assert.Equal(expected, Words(Hyphen.Replace("BEHAVIOR", behavior, StringComparison.Ordinal), "the-final--countdown"));

    [Theory]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[a-z]+"},"behavior":"Removed","invert":true}""", "ab 12 cd", "ab|cd")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "ab123 4", "ab|1|2|3| |4")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "ab123 4", "ab|123| |4")]
    [InlineData("""{"type":"Whitespace"}""", "Hey, what's  up_1? naïve\u0301", "Hey|,|what|'|s|up_1|?|naïve\u0301")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " a  b\tc\u3000d ", "a|b|c|d")]
    [InlineData("""{"type":"BertPreTokenizer"}""", "Hey friend! $5 «x»", "Hey|friend|!|$|5|«|x|»")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "a!?b", "a|!?|b")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"-"}""", "a-b--c", "a|b|c")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""", "Hey  you", "▁Hey|▁|▁you")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":false}""", "Hey you", "Hey▁you")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""", " x", "▁x")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""", "I'm 20é  x", "ĠI|'m|Ġ20|Ã©|Ġ|Ġx")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true}]}""", "a1 b", "a|1|b")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"^x|y$"},"behavior":"Isolated"}""", "xy\nxy", "x|y|\n|x|y")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[^a]?+a++|b"},"behavior":"Isolated"}""", "xaab", "xaa|b")]
    public void Each_kind_cuts_as_it_says(string preTokenizer, string text, string expected) => Assert.Equal(expected, Words(preTokenizer, text));

    [Fact]
    public void A_space_is_added_to_the_texts_first_word_alone()
    {
        string first = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}""";
        ITokenizer tokenizer = Json.Load(Json.File(Json.Bpe(["<s>", "a", "▁"], []), preTokenizer: first, added: Json.Special(("<s>", 0))));
        Assert.Equal(["▁", "a", "<s>", "a"], tokenizer.Tokens("a<s>a"));
        Assert.Equal(["<s>", "a"], tokenizer.Tokens("<s>a"));
        ITokenizer always = Json.Load(Json.File(Json.Bpe(["<s>", "a", "▁"], []), preTokenizer: first.Replace("first", "always", StringComparison.Ordinal), added: Json.Special(("<s>", 0))));
        Assert.Equal(["▁", "a", "<s>", "▁", "a"], always.Tokens("a<s>a"));
    }

    [Theory]
    [InlineData("a++b", "(?>a+)b")]
    [InlineData("[^\\]x]?+y", "(?>[^\\]x]?)y")]
    [InlineData("(a|b)*+", "(?>(a|b)*)")]
    [InlineData("\\p{L}++\\d", "(?>\\p{L}+)\\d")]
    [InlineData("a+b?c*", "a+b?c*")]
    [InlineData("\\+++", "(?>\\++)")]
    [InlineData("(?:ab)?+(c++)", "(?>(?:ab)?)((?>c+))")]
    public void Possessive_quantifiers_are_atomic_groups(string expression, string expected) => Assert.Equal(expected, Possessive.Rewrite(expression));

    [Theory]
    [InlineData("""{"type":"UnicodeScripts"}""", "'UnicodeScripts', which is not known here")]
    [InlineData("""{"type":"Split","pattern":{"String":"a"},"behavior":"Odd"}""", "behavior 'Odd'")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\h"}}""", "pre_tokenizer.pattern.Regex is no regular expression that can be read here")]
    [InlineData("""{"type":"Metaspace","replacement":"ab"}""", "not one character")]
    [InlineData("""{"type":"Metaspace","prepend_scheme":"odd"}""", "prepend_scheme 'odd'")]
    public void What_is_not_sound_is_refused_with_the_place(string preTokenizer, string says) =>
        Assert.Contains(says, Json.Refusal(Json.File(Json.Bpe(["a"], []), preTokenizer: preTokenizer)), StringComparison.Ordinal);

    /// <summary>An expression that would try 2^n ways: without backtracking where it can be, ended where not.</summary>
    [Fact]
    public void Expressions_that_take_for_ever_are_ended()
    {
        Assert.Equal(new string('a', 3000) + "!", Words("""{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"}""", new string('a', 3000) + "!"));
        ITokenizer tokenizer = Json.Load(Json.File(Json.Bpe(["a", "!"], []), preTokenizer: """{"type":"Split","pattern":{"Regex":"(a+)+(?!a)$"},"behavior":"Isolated"}"""));
        Assert.Contains("takes too long", Assert.Throws<InvalidDataException>(() => tokenizer.Encode(new string('a', 40) + "!", false)).Message, StringComparison.Ordinal);
    }

    /// <summary>Words by a model that has a token for each and nothing else.</summary>
    private static string Words(string preTokenizer, string text)
    {
        var words = new List<Segment>();
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(preTokenizer);
        PreTokenizerReader.Read(new Text.Files.JsonPart(document.RootElement, "pre_tokenizer"))!(new Segment(text, true, true), words);
        return string.Join('|', words.Select(w => w.Text));
    }
}

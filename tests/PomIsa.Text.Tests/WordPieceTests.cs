using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class WordPieceTests
{
    private static readonly string[] Tokens = ["[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "##a", "hello", ",", "world", "cafe", "中", "国", "!"];

    private static readonly ITokenizer Bert = Json.Load(Json.File(
        Json.WordPiece(Tokens),
        """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""",
        """{"type":"BertPreTokenizer"}""",
        """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[2],"tokens":["[SEP]"]}}}""",
        """{"type":"WordPiece","prefix":"##","cleanup":true}""",
        Json.Special(("[CLS]", 1), ("[SEP]", 2))));

    [Theory]
    [InlineData("unaffable", "un ##aff ##able")]
    [InlineData("HELLO, World!", "hello , world !")]
    [InlineData("hello\tworld\n", "hello world")]
    [InlineData("Café", "cafe")]
    [InlineData("中国", "中 国")]
    [InlineData("unknownable hello", "[UNK] hello")]
    [InlineData("\u0000hel\u200Blo", "hello")]
    public void Words_are_cut_into_their_longest_pieces(string text, string expected) => Assert.Equal(expected.Split(' '), Bert.Tokens(text));

    [Fact]
    public void A_text_stands_between_the_templates_tokens() => Assert.Equal(["[CLS]", "hello", "[SEP]"], Bert.Tokens("hello", special: true));

    [Fact]
    public void Pieces_are_joined_and_marks_stand_close() =>
        Assert.Equal("unaffable, hello world!", Bert.Decoded([1, 3, 4, 5, 8, 7, 9, 13, 2]));

    [Fact]
    public void Words_beyond_the_files_length_are_unknown()
    {
        ITokenizer tokenizer = Json.Load(Json.File(Json.WordPiece(["[UNK]", "a", "##a", "\U0001F600", "##\U0001F600"], ",\"max_input_chars_per_word\":3"), preTokenizer: """{"type":"WhitespaceSplit"}"""));
        Assert.Equal(["a", "##a", "##a", "[UNK]"], tokenizer.Tokens("aaa aaaa"));
        Assert.Equal(["\U0001F600", "##\U0001F600", "##\U0001F600"], tokenizer.Tokens("\U0001F600\U0001F600\U0001F600"));
    }

    [Theory]
    [InlineData(",\"max_input_chars_per_word\":0", "1 to 1000 are possible")]
    [InlineData(",\"max_input_chars_per_word\":100000", "1 to 1000 are possible")]
    public void Lengths_that_would_take_for_ever_are_refused(string more, string says) => Assert.Contains(says, Json.Refusal(Json.File(Json.WordPiece(Tokens, more))), StringComparison.Ordinal);

    [Fact]
    public void A_vocabulary_with_gaps_keeps_its_ids()
    {
        ITokenizer tokenizer = Json.Load(Json.File("""{"type":"WordPiece","vocab":{"[UNK]":2,"a":5,"##b":9}}"""));
        Assert.Equal([5, 9], tokenizer.Encode("ab", false).ToArray());
        Assert.Equal(10, tokenizer.Vocabulary);
    }
}

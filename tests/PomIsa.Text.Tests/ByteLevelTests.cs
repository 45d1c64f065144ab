using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.ML.Tokenizers;
using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class ByteLevelTests
{
    public static TheoryData<string> Texts =>
    [
        "Hello, world!", "  two  spaces\n\n\tand a tab ", "It's 12345 o'clock; they'LL go.", "naïve café über Straße", "日本語のテキスト。한국어", "emoji 👩‍👩‍👧 and 🇩🇪 flags",
        "int main() {\n    return 0;\n}\n", "x", " ", "\r\n\r\n", "a\u0301 e\u0301", "",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Gpt2s_tokens_are_those_of_the_packages_own_tokenizer(string text) =>
        Assert.Equal(TiktokenTokenizer.CreateForModel("gpt2").EncodeToIds(text), RealVocabularies.Gpt2.Value.Encode(text, false));

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_pattern_of_Llama_3_over_a_real_vocabulary_gives_the_packages_tokens(string text) =>
        Assert.Equal(TiktokenTokenizer.CreateForEncoding("cl100k_base").EncodeToIds(text), RealVocabularies.Llama3Like.Value.Encode(text, false));

    [Fact]
    public void Known_texts_have_the_tokens_that_GPT_2_gives_them()
    {
        Assert.Equal([15496, 11, 995, 0], RealVocabularies.Gpt2.Value.Encode("Hello, world!", false).ToArray());
        Assert.Equal([9906, 11, 1917, 0], RealVocabularies.Llama3Like.Value.Encode("Hello, world!", false).ToArray());
        Assert.Equal(50256, RealVocabularies.Gpt2.Value.Vocabulary);
    }

    /// <summary>Random texts of letters, digits, spaces and marks: the package's words and merges on one side, ours on the other.</summary>
    [Property(MaxTest = 300)]
    public Property Random_texts_have_the_packages_tokens() => Prop.ForAll(TextOf("aeiourstlnd THE012'.,!?\n\t äßé日語Ω").ToArbitrary(), text =>
        TiktokenTokenizer.CreateForModel("gpt2").EncodeToIds(text).SequenceEqual(RealVocabularies.Gpt2.Value.Encode(text, false)));

    [Property(MaxTest = 300)]
    public Property Decoding_gives_back_any_text() => Prop.ForAll(TextOf("ab 1'\n\té日\U0001F600\U00020000\u200D\u0000").ToArbitrary(), text =>
        RealVocabularies.Gpt2.Value.Decoded(RealVocabularies.Gpt2.Value.Encode(text, false)) == text
        && RealVocabularies.Llama3Like.Value.Decoded(RealVocabularies.Llama3Like.Value.Encode(text, false)) == text);

    /// <summary>Letters beyond U+FFFF belong to words, as they do where expressions see characters and not halves of them.</summary>
    [Fact]
    public void Letters_beyond_the_basic_plane_are_letters()
    {
        ITokenizer tokenizer = Json.Load(Json.File(
            Json.Bpe([.. ByteAlphabet.Of.ToArray().Select(c => c.ToString())], []),
            preTokenizer: """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+"},"behavior":"Removed","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}"""));
        Assert.Empty(tokenizer.Encode("a\U00020000\U0001D400b", false));
        Assert.Equal(4, tokenizer.Encode("a\U0001F600b", false).Length);
    }

    [Fact]
    public void Words_that_are_tokens_are_taken_whole_where_the_file_says_so()
    {
        string[] tokens = [.. ByteAlphabet.Of.ToArray().Select(static c => c.ToString()), "bc", "abc"];
        const string Bytes = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""";
        Assert.Equal(["abc"], Json.Load(Json.File(Json.Bpe(tokens, [("b", "c")], more: ",\"ignore_merges\":true"), preTokenizer: Bytes)).Tokens("abc"));
        Assert.Equal(["a", "bc"], Json.Load(Json.File(Json.Bpe(tokens, [("b", "c")]), preTokenizer: Bytes)).Tokens("abc"));
    }

    [Fact]
    public void Words_of_any_length_are_read_in_time()
    {
        string text = new('a', 1 << 20);
        Assert.Equal(text, RealVocabularies.Gpt2.Value.Decoded(RealVocabularies.Gpt2.Value.Encode(text, false)));
    }

    /// <summary>Long words take another path than short ones.</summary>
    [Property(MaxTest = 30)]
    public Property Long_words_have_the_tokens_of_the_package() => Prop.ForAll(Gen.Elements('a', 'e', 't', 'h', 's', 'n').ArrayOf(600).Select(c => new string(c)).ToArbitrary(), word =>
        TiktokenTokenizer.CreateForModel("gpt2").EncodeToIds(word).SequenceEqual(RealVocabularies.Gpt2.Value.Encode(word, false)));

    private static Gen<string> TextOf(string letters)
    {
        string[] runes = [.. letters.EnumerateRunes().Select(r => r.ToString())];
        return Gen.Elements(runes).ListOf().Select(string.Concat);
    }
}

using System.Globalization;
using PomIsa.Text.Normalizers;
using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class NormalizerTests
{
    /// <summary>Unicode's own conformance test, in part; in full with POMISA_NORMALIZATION naming the file.</summary>
    [Fact]
    public void The_four_forms_pass_Unicodes_conformance_test()
    {
        using StreamReader lines = Environment.GetEnvironmentVariable("POMISA_NORMALIZATION") is { } path
            ? new StreamReader(path)
            : new StreamReader(typeof(NormalizerTests).Assembly.GetManifestResourceStream("normalization")!);
        int rows = 0;
        while (lines.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] is '#' or '@')
            {
                continue;
            }

            string[] c = [.. line.Split(';').Take(5).Select(Spell)];
            foreach (int i in (int[])[0, 1, 2])
            {
                Assert.Equal(c[1], UnicodeForms.Compose(c[i], compatible: false));
                Assert.Equal(c[2], UnicodeForms.Decompose(c[i], compatible: false));
            }

            foreach (string one in c)
            {
                Assert.Equal(c[3], UnicodeForms.Compose(one, compatible: true));
                Assert.Equal(c[4], UnicodeForms.Decompose(one, compatible: true));
            }

            rows++;
        }

        Assert.True(rows > 300);

        static string Spell(string hex) => string.Concat(hex.Split(' ').Select(h => char.ConvertFromUtf32(int.Parse(h, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData("""{"type":"NFC"}""", "e\u0301\uAC00", "é가")]
    [InlineData("""{"type":"NFC"}""", "a\u0305\u0301", "a\u0305\u0301")] // a mark of the same class lies between
    [InlineData("""{"type":"NFC"}""", "a\u0323\u0301", "\u1EA1\u0301")]
    [InlineData("""{"type":"NFKC"}""", "ﬁ①", "fi1")]
    [InlineData("""{"type":"NFD"}""", "é", "e\u0301")]
    [InlineData("""{"type":"Lowercase"}""", "ÀΣİ", "àσi\u0307")]
    [InlineData("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""", "a b  c", "a▁b▁▁c")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""", "a b   c", "a b c")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "a", "▁a")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", " a ", "a ")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a ", " a")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""", "ÉTÉ", "ete")]
    [InlineData("""{"type":"BertNormalizer","lowercase":false,"strip_accents":false}""", "É\t日x", "É  日 x")]
    [InlineData("""{"type":"ByteLevel"}""", "é ", "Ã©Ġ")]
    public void Each_kind_does_what_it_says(string normalizer, string text, string expected) => Assert.Equal(expected, Normalized(normalizer, text));

    [Fact]
    public void A_compiled_table_replaces_the_longest_key()
    {
        string table = Convert.ToBase64String(CharsMapBuilder.Build([("a", "x"), ("ab", "y"), ("abcd", "z"), ("日", "day")]));
        string normalizer = $$"""{"type":"Precompiled","precompiled_charsmap":"{{table}}"}""";
        Assert.Equal("yczxeday\U0001F600", Normalized(normalizer, "abcabcdae日\U0001F600"));
    }

    [Theory]
    [InlineData("""{"type":"Odd"}""", "normalizer is of the kind 'Odd'")]
    [InlineData("""{}""", "normalizer has no 'type'")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"("},"content":""}""", "normalizer.pattern.Regex is no regular expression that can be read here")]
    [InlineData("""{"type":"Replace","pattern":{"String":""},"content":""}""", "looks for nothing")]
    [InlineData("""{"type":"Precompiled","precompiled_charsmap":"?"}""", "is not Base64")]
    [InlineData("""{"type":"Precompiled","precompiled_charsmap":"AAAA"}""", "compiled table is cut off")]
    public void What_is_not_sound_is_refused_with_the_place(string normalizer, string says) =>
        Assert.Contains(says, Json.Refusal(Json.File(Json.Bpe(["a"], []), normalizer)), StringComparison.Ordinal);

    [Fact]
    public void Nesting_and_growth_have_an_end()
    {
        string nested = """{"type":"NFC"}""", wide = """{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""";
        for (int i = 0; i < 12; i++)
        {
            nested = $$"""{"type":"Sequence","normalizers":[{{nested}}]}""";
        }

        Assert.Contains("is nested too deep", Json.Refusal(Json.File(Json.Bpe(["a"], []), nested)), StringComparison.Ordinal);
        string many = $$"""{"type":"Sequence","normalizers":[{{string.Join(',', Enumerable.Repeat(wide, 60))}}]}""";
        ITokenizer tokenizer = Json.Load(Json.File(Json.Bpe(["a"], []), many));
        Assert.Contains("makes the text too long", Assert.Throws<InvalidDataException>(() => tokenizer.Encode("aaaa", false)).Message, StringComparison.Ordinal);
    }

    /// <summary>A vocabulary of letters says what the normalizer left.</summary>
    private static string Normalized(string normalizer, string text)
    {
        string[] letters = [.. (text + "abcdefghijklmnopqrstuvwxyz0123456789 ▁éạàσ\u0307e\u0301가IXÃ©Ġ\u1100\u1161日É").EnumerateRunes().Select(r => r.ToString()).Distinct()];
        return string.Concat(Json.Load(Json.File(Json.Bpe(letters, []), normalizer)).Tokens(text));
    }
}

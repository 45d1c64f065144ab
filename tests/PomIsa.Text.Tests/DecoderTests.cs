using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class DecoderTests
{
    private const string Llama = """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""";

    private static ITokenizer With(string? decoder, params string[] tokens) => Json.Load(Json.File(Json.Bpe(tokens, []), decoder: decoder));

    [Fact]
    public void A_character_waits_for_its_last_byte()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("é\U0001F600");
        ITokenizer tokenizer = With("""{"type":"ByteLevel"}""", [.. bytes.Distinct().Select(b => ByteAlphabet.Of[b].ToString())]);
        ITokenStream stream = tokenizer.Decode();
        int[] ids = [.. bytes.Select(b => tokenizer.Encode(ByteAlphabet.Of[b].ToString(), false)[0])];
        Assert.Equal(["", "é", "", "", "", "\U0001F600"], ids.Select(stream.Add));
        Assert.Equal("", stream.End());
    }

    [Fact]
    public void Bytes_that_are_no_character_are_shown_as_such()
    {
        ITokenizer tokenizer = With(Llama, "<0xC3>", "<0xA9>", "a", "▁b");
        Assert.Equal("é", tokenizer.Decoded([0, 1]));
        Assert.Equal("\uFFFDa", tokenizer.Decoded([0, 2]));
        Assert.Equal("a\uFFFD", tokenizer.Decoded([2, 0]));
    }

    [Fact]
    public void The_first_space_alone_is_taken_away()
    {
        ITokenizer tokenizer = With(Llama, "▁", "▁a", "b");
        Assert.Equal("a a", tokenizer.Decoded([1, 1]));
        Assert.Equal(" a", tokenizer.Decoded([0, 1]));
        Assert.Equal("b a", tokenizer.Decoded([2, 1]));
    }

    [Theory]
    [InlineData(null, "a b ##c")]
    [InlineData("""{"type":"Fuse"}""", "ab##c")]
    [InlineData("""{"type":"WordPiece","prefix":"##","cleanup":false}""", "a bc")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"#+"},"content":"-"}""", "ab-c")]
    [InlineData("""{"type":"Strip","content":"#","start":1,"stop":0}""", "ab#c")]
    [InlineData("""{"type":"BPEDecoder","suffix":"b"}""", "a ##c")]
    [InlineData("""{"type":"Metaspace","replacement":"#","prepend_scheme":"always"}""", "ab  c")]
    public void Each_kind_decodes_as_it_says(string? decoder, string expected) => Assert.Equal(expected, With(decoder, "a", "b", "##c").Decoded([0, 1, 2]));

    [Theory]
    [InlineData("""{"type":"CTC"}""", "'CTC', which is not known here")]
    [InlineData("""{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":" ","start":0,"stop":1}]}""", "strips the end of the text")]
    [InlineData("""{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Replace","pattern":{"String":"a"},"content":"b"}]}""", "comes after tokens have become one text")]
    [InlineData("""{"type":"Sequence","decoders":[{"type":"ByteLevel"},{"type":"ByteFallback"}]}""", "comes after tokens have become bytes")]
    public void What_could_not_be_told_token_by_token_is_refused(string decoder, string says) =>
        Assert.Contains(says, Json.Refusal(Json.File(Json.Bpe(["a"], []), decoder: decoder)), StringComparison.Ordinal);

    /// <summary>However tokens cut the bytes, the pieces of text together are the text.</summary>
    [Property(MaxTest = 200)]
    public Property A_stream_gives_the_text_whole(string text)
    {
        string sound = string.Concat((text ?? "").EnumerateRunes().Select(r => r.ToString()));
        ITokenizer tokenizer = RealVocabularies.Gpt2.Value;
        ITokenStream stream = tokenizer.Decode();
        string[] parts = [.. tokenizer.Encode(sound, false).Select(stream.Add), stream.End()];
        return (string.Concat(parts) == sound && parts.All(p => sound.Contains('\uFFFD', StringComparison.Ordinal) || !p.Contains('\uFFFD', StringComparison.Ordinal))).ToProperty();
    }
}

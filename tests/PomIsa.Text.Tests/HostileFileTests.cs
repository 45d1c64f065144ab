using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class HostileFileTests
{
    private static readonly string Sound = Json.File(
        Json.Bpe(["a", "b", "ab", "▁"], [("a", "b")], more: ",\"unk_token\":\"a\",\"byte_fallback\":true,\"fuse_unk\":true"),
        """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":" +"},"content":"▁"}]}""",
        """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\s+(?!\\S)|b"},"behavior":"Isolated"},{"type":"Metaspace","replacement":"▁"}]}""",
        """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"a","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"a":{"id":"a","ids":[0]}}}""",
        """{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""",
        Json.Special(("<x>", 4)));

    /// <summary>Every place of a file changed, cut off, or doubled: it is read or refused with a message, in bounded time.</summary>
    [Fact]
    public void Changed_files_are_read_or_refused()
    {
        int refused = 0, read = 0;
        for (int i = 0; i < Sound.Length; i++)
        {
            foreach (string changed in (string[])[Sound[..i], Sound.Remove(i, 1), Sound.Insert(i, "9"), Sound[..i] + (char)(Sound[i] ^ 1) + Sound[(i + 1)..]])
            {
                try
                {
                    ITokenizer tokenizer = Json.Load(changed);
                    tokenizer.Decoded(tokenizer.Encode("ab  a<x>b é", true));
                    read++;
                }
                catch (InvalidDataException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > Sound.Length && read > 100);
    }

    [Theory]
    [InlineData("", "tokenizer.json")]
    [InlineData("{", "tokenizer.json")]
    [InlineData("[]", "the file has no 'model'")]
    [InlineData("{\"model\":5}", "model has no 'vocab'")]
    [InlineData("{\"model\":null}", "the file has no 'model'")]
    [InlineData("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"\\ud800\":0},\"merges\":[]}}", "tokenizer.json")]
    public void Files_that_are_no_tokenizer_are_refused(string text, string says) => Assert.Contains(says, Json.Refusal(text), StringComparison.Ordinal);

    [Fact]
    public void Deep_files_are_refused() => Json.Refusal(string.Concat(Enumerable.Repeat("{\"model\":", 5000)) + "1" + new string('}', 5000));

    [Fact]
    public void Texts_beyond_the_limit_are_refused() => Assert.Contains(
        "1048576 can be read at once", Assert.Throws<InvalidDataException>(() => Json.Load(Sound).Encode(new string('a', (1 << 20) + 1), false)).Message, StringComparison.Ordinal);

    [Fact]
    public void Halves_of_surrogate_pairs_are_read_as_the_replacement_character() =>
        Assert.Equal(Json.Load(Sound).Encode("a\uFFFDb", false).ToArray(), Json.Load(Sound).Encode("a\uD800b", false).ToArray());
}

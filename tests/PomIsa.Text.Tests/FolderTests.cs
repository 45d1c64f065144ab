using System.Text.Json;
using PomIsa.Text.Tests.Support;
using PomIsa.Text.Tokens;

namespace PomIsa.Text.Tests;

/// <summary>Which files of a folder count, and what the files beside a tokenizer say.</summary>
public sealed class FolderTests
{
    [Fact]
    public void Older_files_make_the_same_tokenizer()
    {
        using var folder = new Folder();
        var ids = ByteAlphabet.Of.Select(static (letter, i) => (letter, i)).ToDictionary(static one => one.letter.ToString(), static one => one.i);
        ids.Add("th", 256);
        ids.Add("Ġth", 257);
        ids.Add("<|endoftext|>", 258);
        folder.Write("vocab.json", JsonSerializer.Serialize(ids));
        folder.Write("merges.txt", "#version: 0.2\nt h\r\nĠ th\n");
        folder.Write("special_tokens_map.json", "{\"eos_token\":\"<|endoftext|>\"}");
        ITokenizer tokenizer = TokenizerFolder.Load(folder.Path, TokenizerConfig.Load(folder.Path));
        Assert.Equal(["th", "i", "s", "Ġth", "<|endoftext|>"], tokenizer.Tokens("this th<|endoftext|>"));
        Assert.Equal("this th", tokenizer.Decoded(tokenizer.Encode("this th<|endoftext|>", false)));
        folder.Write("merges.txt", "t z\n");
        Assert.Contains("merges 't' and 'z', but 'tz' is not in the vocabulary", Assert.Throws<InvalidDataException>(() => TokenizerFolder.Load(folder.Path, TokenizerConfig.Load(folder.Path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_beside_a_tokenizer_are_read_in_order()
    {
        using var folder = new Folder();
        Assert.False(TokenizerFolder.Exists(folder.Path));
        folder.Write("special_tokens_map.json", "{\"bos_token\":{\"content\":\"<a>\"},\"eos_token\":\"<b>\",\"additional_special_tokens\":[\"<x>\"]}");
        folder.Write("tokenizer_config.json", "{\"bos_token\":\"<c>\",\"pad_token\":null,\"chat_template\":[{\"name\":\"tool_use\",\"template\":\"t\"},{\"name\":\"default\",\"template\":\"d\"}]}");
        var config = TokenizerConfig.Load(folder.Path);
        Assert.Equal("<c>", config.Tokens["bos_token"]);
        Assert.Equal("<b>", config.Tokens["eos_token"]);
        Assert.Equal("d", config.ChatTemplate);
        folder.Write("chat_template.jinja", "j");
        Assert.Equal("j", TokenizerConfig.Load(folder.Path).ChatTemplate);
        Assert.Throws<FileNotFoundException>(() => TokenizerFolder.Load(folder.Path, config));
    }

    [Theory]
    [InlineData("{\"chat_template\":[{\"name\":\"other\",\"template\":\"t\"}]}", "chat_template has no template named 'default'")]
    [InlineData("{\"chat_template\":5}", "chat_template is not a list")]
    [InlineData("{\"added_tokens_decoder\":{\"x\":{\"content\":\"a\"}}}", "added_tokens_decoder.x is no token id")]
    [InlineData("{\"add_bos_token\":1}", "add_bos_token is neither true nor false")]
    [InlineData("[]", "the file is not an object")]
    [InlineData("{", "tokenizer_config.json")]
    public void Files_that_are_not_sound_are_refused_with_the_place(string text, string says)
    {
        using var folder = new Folder();
        folder.Write("tokenizer_config.json", text);
        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => TokenizerConfig.Load(folder.Path)).Message, StringComparison.Ordinal);
    }
}

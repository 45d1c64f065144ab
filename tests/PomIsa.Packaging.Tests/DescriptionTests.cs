using System.Text;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;

namespace PomIsa.Packaging.Tests;

public sealed class DescriptionTests
{
    internal static readonly ModelDescription Decoder = new()
    {
        Name = "tiny",
        Weights = WeightKind.W8,
        Source = new ModelSource("huggingface", [new("model.safetensors", Digest.Of([2])), new("config.json", Digest.Of([1]))]),
        Inputs = [new("prompt", "i32", [PortDim.Of("P")]), new("limit", "i32", [PortDim.Of(1)])],
        Outputs = [],
        Decoder = new DecoderInfo(128, 300, [1, 2], null),
    };

    [Fact]
    public void A_description_reads_back_as_it_was_and_has_one_spelling()
    {
        byte[] json = Decoder.ToJson();
        ModelDescription read = ModelDescription.Parse(json);
        Assert.Equal(json, read.ToJson());
        Assert.Equal([1, 2], read.Decoder!.End.AsEnumerable());
        Assert.Equal("P", read.Inputs[0].Shape[0].Symbol);
        string text = Encoding.UTF8.GetString(json);
        Assert.StartsWith("{\n  \"decoder\": {\n    \"begin\": null,\n    \"context\": 128,", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("config.json", StringComparison.Ordinal) < text.IndexOf("model.safetensors", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "another format")]
    [InlineData("\"format\": 1,", "", "lacks format")]
    [InlineData("\"format\": 1", "\"format\": 1, \"more\": 1", "does not know")]
    [InlineData("\"kind\": \"decoder\"", "\"kind\": \"function\"", "a kind")]
    [InlineData("\"weights\": \"w8\"", "\"weights\": \"w9\"", "not f32, w8 or w4")]
    [InlineData("\"context\": 128", "\"context\": -1", "decoder.context that is no whole number")]
    [InlineData("\"context\": 128", "\"context\": 1e99", "decoder.context that is no whole number")]
    [InlineData("\"begin\": null", "\"begin\": 300", "decoder.begin that is no whole number from 0 to 299")]
    [InlineData("      2\n", "      300\n", "other things than tokens")]
    [InlineData("\"P\"", "-4", "neither a number nor a name")]
    [InlineData("\"format\": \"huggingface\"", "\"format\": \"x\"", "source.format")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"t\\u0007\"", "name that is no text")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"a\", \"name\": \"b\"", "unique names")]
    [InlineData("\"sha256\": \"4", "\"sha256\": \"x", "64 hexadecimal digits")]
    public void A_description_that_is_not_one_is_refused_by_the_member_at_fault(string from, string to, string why)
    {
        string json = Encoding.UTF8.GetString(Decoder.ToJson());
        Assert.Contains(from, json, StringComparison.Ordinal);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => ModelDescription.Parse(Encoding.UTF8.GetBytes(json.Replace(from, to, StringComparison.Ordinal))));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_bytes_never_do_more_than_refuse()
    {
        byte[] json = Decoder.ToJson();
        var random = new Random(4);
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = json[..random.Next(json.Length + 1)];
            for (int n = random.Next(4); n >= 0 && changed.Length > 0; n--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                ModelDescription.Parse(changed);
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("model.json ", e.Message, StringComparison.Ordinal);
            }
        }
    }
}

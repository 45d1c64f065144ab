using PomIsa.Text.Tests.Support;

namespace PomIsa.Text.Tests;

public sealed class FrameTests
{
    private static readonly string Model = Json.Bpe(["<s>", "</s>", "a"], []);

    private static string Template(string single) => $$$$"""{"type":"TemplateProcessing","single":[{{{{single}}}}],"pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[0,0],"tokens":["<s>","<s>"]},"</s>":{"id":"</s>","ids":[1],"tokens":["</s>"]}}}""";

    [Theory]
    [InlineData("""{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}""", "<s> <s> a")]
    [InlineData("""{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}""", "a </s>")]
    public void A_template_puts_tokens_around_the_text(string single, string expected)
    {
        ITokenizer tokenizer = Json.Load(Json.File(Model, postProcessor: Template(single)));
        Assert.Equal(expected.Split(' '), tokenizer.Tokens("a", special: true));
        Assert.Equal(["a"], tokenizer.Tokens("a"));
    }

    [Theory]
    [InlineData("""{"type":"BertProcessing","sep":["</s>",1],"cls":["<s>",0]}""", "<s> a </s>")]
    [InlineData("""{"type":"ByteLevel","trim_offsets":true}""", "a")]
    [InlineData("""{"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"RobertaProcessing","sep":["</s>",1],"cls":["<s>",0]}]}""", "<s> a </s>")]
    public void Other_kinds_do_what_they_say(string processor, string expected) =>
        Assert.Equal(expected.Split(' '), Json.Load(Json.File(Model, postProcessor: processor)).Tokens("a", special: true));

    [Theory]
    [InlineData("""{"SpecialToken":{"id":"<x>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}""", "is '<x>', which special_tokens does not have")]
    [InlineData("""{"SpecialToken":{"id":"<s>","type_id":0}}""", "has no place for the text")]
    [InlineData("""{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}""", "is no second place")]
    public void Templates_that_are_not_sound_are_refused(string single, string says) =>
        Assert.Contains(says, Json.Refusal(Json.File(Model, postProcessor: Template(single))), StringComparison.Ordinal);
}

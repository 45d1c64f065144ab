using PomIsa.Isa;

namespace PomIsa.Assembly.Tests;

public sealed class AssemblerTests
{
    [Fact]
    public void Hello_assembles_and_its_bytes_decode()
    {
        var result = Assembler.Assemble(Source.Example("hello.pisa"), "hello.pisa");
        Assert.Equal("", DiagnosticText.Render(result.Diagnostics));
        var bytes = result.Module!.Encode();
        Assert.True(Module.TryDecode(bytes, out var decoded, out var fault), fault.ToString());
        Assert.Equal(bytes, decoded.Encode());
        Assert.Equal("main", decoded.FunctionName(0));
    }

    [Fact]
    public void A_decoder_with_repeats_and_aliases_assembles()
    {
        var module = Source.Assemble(Source.Text("Programs/decoder.pisa"));
        Assert.Equal("tiny", module.Names!.Module);
        Assert.Equal(["embed", "cos", "sin", "l0.norm", "l0.wq", "l0.wk", "l0.wv"], module.Weights.Take(7).Select(one => one.Name));
        Assert.Equal("A token's row, and the output column of the same token.", module.Text!.Entries.Single(one => one.Target == TextTarget.Weight).Text);
        Assert.True(module.Positions!.TryFind(0, 0, out var file, out var position));
        Assert.Equal("test.pisa", file);
        Assert.Equal((31, 5), (position.Line, position.Column));
    }

    [Fact]
    public void Types_of_registers_follow_from_the_rows()
    {
        var module = Source.Assemble(Source.Text("Programs/decoder.pisa"));
        var step = module.Functions[0];
        var names = Enumerable.Range(0, step.Registers.Length).Select(i => $"{module.RegisterName(0, i)}: {step.Registers[i].Describe(module)}");
        Assert.Equal(
            ["ids: i32[T]", "logits: f32[1,512]", "x: f32[T,64]", "h: f32[T,64]", "q: f32[T,64]", "k: f32[T,32]", "v: f32[T,32]", "a: f32[T,64]", "last: f32[1,64]"],
            names);
    }

    [Fact]
    public void A_define_takes_the_place_of_a_constant()
    {
        var options = new AssemblerOptions { Defines = new AssemblerOptions().Defines.Add("LAYERS", 3) };
        var result = Assembler.Assemble(Source.Text("Programs/decoder.pisa"), "test.pisa", null, options);
        Assert.Equal(6, result.Module!.States.Length);
    }

    [Fact]
    public void A_define_that_no_constant_answers_is_an_error()
    {
        var options = new AssemblerOptions { Defines = new AssemblerOptions().Defines.Add("LAYRES", 3) };
        var result = Assembler.Assemble(Source.Text("Programs/decoder.pisa"), "test.pisa", null, options);
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCode.UnknownDefine, diagnostic.Code);
        Assert.Equal("did you mean 'LAYERS'?", diagnostic.Hint);
    }

    [Theory]
    [InlineData("2+3*4", 14)]
    [InlineData("(2+3)*4", 20)]
    [InlineData("-7/2", -3)]
    [InlineData("-7%4", -3)]
    [InlineData("7-2-1", 4)]
    [InlineData("--5", 5)]
    [InlineData("max(3, min(9, 4))", 4)]
    [InlineData("0xff", 255)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Expressions_over_integers(string text, long expected)
    {
        var module = Source.Assemble($".driver main\npush {text}\ndrop\nhalt\n.end\n.entry main\n");
        Assert.Equal(expected, module.Functions[0].Body[0].Operands[0].I64);
    }

    [Theory]
    [InlineData("0.1", 0x3dcccccdu)]
    [InlineData("1e-5", 0x3727c5acu)]
    [InlineData("-0.0", 0x80000000u)]
    [InlineData("0x1.8p3", 0x41400000u)]
    [InlineData("0x1p-149", 0x00000001u)]
    [InlineData("bits:0x7fc00001", 0x7fc00001u)]
    [InlineData("1/4.0", 0x3e800000u)]
    [InlineData("1.0/sqrt(16)", 0x3e800000u)]
    [InlineData("3", 0x40400000u)]
    [InlineData("16777217.0", 0x4b800000u)]
    public void Expressions_over_floats(string text, uint expected)
    {
        var module = Source.Assemble(
            $".symbol T max 4\n.weight w f32[16]\n.step f(x: f32[T,16]) -> (y: f32[T,16])\nrmsnorm y, x, w, {text}\nret\n.end\n" +
            ".driver main\nhalt\n.end\n.entry main\n", verify: false);
        Assert.Equal(expected, (uint)module.Functions[0].Body[0].Operands[3].Bits);
    }

    [Fact]
    public void Names_that_are_no_words_can_be_quoted()
    {
        var module = Source.Assemble(".weight \"a b\\\"\\\\\\u{e9}\" f32[3]\n.driver main\nhalt\n.end\n.entry main\n");
        Assert.Equal("a b\"\\é", module.Weights[0].Name);
    }

    [Fact]
    public void Words_with_a_meaning_in_one_place_are_names_elsewhere()
    {
        var module = Source.Assemble(
            ".const max 3\n.driver main\n.local rows, digest, panels\npush max\nset rows\nhalt\n.end\n.entry main\n");
        Assert.Equal(3, module.Functions[0].LocalCount);
    }

    [Fact]
    public void The_same_source_gives_the_same_bytes()
    {
        var text = Source.Text("Programs/decoder.pisa");
        Assert.Equal(Source.Assemble(text).Encode(), Source.Assemble(text).Encode());
    }

    [Fact]
    public void Windows_line_ends_change_nothing_but_doc_comments_stay_clean()
    {
        var text = Source.Text("Programs/decoder.pisa");
        Assert.Equal(Source.Assemble(text).Encode(), Source.Assemble(text.Replace("\n", "\r\n")).Encode());
    }
}

using PomIsa.Isa;

namespace PomIsa.Assembly.Tests;

/// <summary>What a source may hold inside its lines: contents of weights, types of results.</summary>
public sealed class InlineTests
{
    private const string Rest = """
        .symbol T max 4
        .step f(x: f32[T, 2]) -> (y: f32[T, 2])
            zeros y
            zeros a: f32[T, 3]
            ret
        .end
        .driver main
            halt
        .end
        .entry main
        """;

    [Theory]
    [InlineData("f32[2, 2] = 1.0, -0.0, 0.5, bits:0x7fc00001", "0000803f000000800000003f0100c07f")]
    [InlineData("f32[2, 2] = 1", "0000803f0000803f0000803f0000803f")]
    [InlineData("i8[3] = -128, 127, 0", "807f00")]
    [InlineData("i64[] = -9223372036854775808", "0000000000000080")]
    [InlineData("bool[2] = 1, 0", "0100")]
    [InlineData("f16[2] = 1.0, 65504.0", "003cff7b")]
    [InlineData("bf16[1] = 1.0", "803f")]
    [InlineData("i32[1] data 0x01020304", "01020304")]
    public void Contents_are_stored_as_the_type_has_them(string weight, string bytes)
    {
        Module module = Source.Assemble($".weight w {weight}\n{Rest}");
        Assert.Equal(bytes, Convert.ToHexStringLower(Assert.Single(module.Data).Bytes.AsSpan()));
        Assert.Equal(Digest.Of(module.Data[0].Bytes.AsSpan()), module.Weights[0].Digest);
        Module again = Source.Assemble(Disassembler.Disassemble(module));
        Assert.Equal(module.ProgramDigest(), again.ProgramDigest());
    }

    [Fact]
    public void Panels_are_packed()
    {
        string values = string.Join(", ", Enumerable.Range(0, 64));
        Module module = Source.Assemble($".weight w f32[2, 32] panels = {values}\n{Rest}");
        byte[] bytes = [.. module.Data[0].Bytes];
        Assert.Equal(0, BitConverter.ToSingle(bytes, 0));
        Assert.Equal(32, BitConverter.ToSingle(bytes, 16 * 4));   // row 1 of the first panel
        Assert.Equal(16, BitConverter.ToSingle(bytes, 32 * 4));   // row 0 of the second
        Assert.Equal(63, BitConverter.ToSingle(bytes, 63 * 4));
    }

    [Fact]
    public void A_result_may_carry_its_type()
    {
        Module module = Source.Assemble(Rest);
        Assert.Equal(TensorType.Of(DType.F32, Dim.OfSymbol(0), 3), module.Functions[0].Registers[2]);
        string text = Disassembler.Disassemble(module);
        Assert.Contains("zeros a: f32[T, 3]", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".reg", text, StringComparison.Ordinal);
    }
}

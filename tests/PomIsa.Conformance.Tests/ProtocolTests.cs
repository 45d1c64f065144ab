using System.Text;
using PomIsa.Conformance.Protocol;

namespace PomIsa.Conformance.Tests;

/// <summary>What our machine answers, to the letter.</summary>
public sealed class ProtocolTests
{
    /// <summary>The first module of spec/bytecode.md: it answers a prompt with the number of its tokens.</summary>
    private const string Counts = "0070697301000000" + "01020108" + "0404010501" + "01" + "0509010100000001050101" + "060a010407" + "280000" + "2b00" + "70" + "00" + "070100";

    [Fact]
    public void Hello_names_the_machine() =>
        Assert.Equal("""{"id":1,"machine":"pomisa","isa":1}""", Ask.One("""{"id":1,"op":"hello"}"""));

    [Fact]
    public void A_module_is_loaded_and_called()
    {
        string[] answers = Ask.All(
            $$"""{"id":1,"op":"load","module":"{{Counts}}"}""", """{"id":2,"op":"call","prompt":[7,8,9]}""", """{"id":3,"op":"call","prompt":[]}""");
        Assert.StartsWith("""{"id":1,"digest":" """.TrimEnd(), answers[0], StringComparison.Ordinal);
        Assert.EndsWith(""" "bounds":{"retires":"4","multiplyAdds":"0","arenaBytes":"64","stateBytes":"0","evidenceBytes":"265"}}"""[1..], answers[0], StringComparison.Ordinal);
        Assert.StartsWith("""{"id":2,"emits":[3],"outputs":[],"retires":"4","records":["50495352""", answers[1], StringComparison.Ordinal);
        Assert.EndsWith("\"fault\":null}", answers[1], StringComparison.Ordinal);
        Assert.StartsWith("""{"id":3,"emits":[],"outputs":[],"retires":"0","records":["50495352""", answers[2], StringComparison.Ordinal);
        Assert.EndsWith(""" "fault":{"stage":"trap","code":"EmptyInput","function":0,"at":0}}"""[1..], answers[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", """{"id":1,"fault":{"stage":"malformed","code":"UnexpectedEnd","at":0}}""")]
    [InlineData("0070697401000000", """{"id":1,"fault":{"stage":"malformed","code":"BadMagic","at":0}}""")]
    [InlineData("00706973010000000506010000000000060401010102070100", """{"id":1,"fault":{"stage":"invalid","code":"BadEntry","function":0,"at":-1}}""")]
    public void A_refused_module_has_stage_code_and_place(string module, string answer) =>
        Assert.Equal(answer, Ask.One($$"""{"id":1,"op":"load","module":"{{module}}"}"""));

    [Fact]
    public void One_opcode_is_executed() => Assert.Equal(
        """{"id":5,"writes":[{"dtype":"f32","shape":[1,1],"bits":["40000000"]}],"commitment":"0c44711b3ffd80e15e81c353853eedcff72eb7f1c1a6ca91b5b25733a9771019"}""",
        Ask.One("""{"id":5,"op":"execute","opcode":"sum","reads":[{"dtype":"f32","shape":[1,4],"bits":["4cbebc20","3f800000","ccbebc20","3f800000"]}],"into":[{"dtype":"f32","shape":[1,1]}]}"""));

    [Theory]
    [InlineData("nonsense", """{"id":null,"error":"This is no JSON."}""")]
    [InlineData("[1]", """{"id":null,"error":"An object is expected where there is something else."}""")]
    [InlineData("""{"id":"a"}""", """{"id":"a","error":"'op' is missing."}""")]
    [InlineData("""{"id":1,"op":"fly"}""", """{"id":1,"error":"There is no op 'fly'."}""")]
    [InlineData("""{"id":1,"op":7}""", """{"id":1,"error":"'op' is no text."}""")]
    [InlineData("""{"id":1,"op":"load","module":"0x"}""", """{"id":1,"error":"'module' is no hex."}""")]
    [InlineData("""{"id":1,"op":"call"}""", """{"id":1,"error":"No module is loaded."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"fly"}""", """{"id":1,"error":"There is no opcode 'fly'."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"halt"}""", """{"id":1,"error":"'halt' is control and makes sense in a program alone."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"drop"}""", """{"id":1,"error":"'drop' pops 1 and pushes 0; 'stack' has 0."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"exp","reads":[{"dtype":"f32","shape":[2],"bits":["00000000"]}]}""", """{"id":1,"error":"'bits' has 1 elements; the shape has 2."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"exp","reads":[{"dtype":"f32","shape":[1],"bits":["0"]}]}""", """{"id":1,"error":"\"0\" is not 8 hex digits."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"exp","reads":[{"dtype":"f32","shape":[100000,100000],"bits":[]}]}""", """{"id":1,"error":"The tensor f32[100000,100000] is too large."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"exp","reads":[{"dtype":"i32","shape":[1],"bits":["00000000"]}],"into":[{"dtype":"f32","shape":[1]}]}""", """{"id":1,"error":"'exp' can't take these operands: TypeMismatch."}""")]
    [InlineData("""{"id":1,"op":"execute","opcode":"exp","reads":[{"dtype":"f32","shape":[1],"bits":["00000000"]}],"into":[{"dtype":"f32","shape":[2]}]}""", """{"id":1,"error":"'exp' can't take these operands: ShapeMismatch."}""")]
    public void What_cannot_be_understood_is_answered_with_a_sentence(string request, string answer) => Assert.Equal(answer, Ask.One(request));

    [Fact]
    public async Task Lines_of_any_length_are_read_and_too_long_ones_left_out()
    {
        byte[] text = Encoding.UTF8.GetBytes("short\n" + new string('x', 200_000) + "\n\n" + new string('y', 300_001) + "\nlast");
        var lines = new LineReader(new Trickle(text), 300_000);
        var lengths = new List<(int, bool)>();
        while (await lines.ReadAsync(CancellationToken.None) is { } line)
        {
            lengths.Add((line.Length, lines.WasTooLong));
        }

        Assert.Equal([(5, false), (200_000, false), (0, false), (0, true), (4, false)], lengths);
    }

    [Fact]
    public async Task A_line_that_never_ends_takes_no_memory()
    {
        var lines = new LineReader(new Endless(64 << 20), 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadOnlyMemory<byte>? line = await lines.ReadAsync(CancellationToken.None);
        Assert.Equal((0, true), (line!.Value.Length, lines.WasTooLong));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Null(await lines.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_served_machine_skips_empty_lines_and_ends_with_exit()
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("\n{\"id\":1,\"op\":\"hello\"}\n\n{\"id\":2,\"op\":\"exit\"}\n{\"id\":3,\"op\":\"hello\"}\n"));
        using var output = new MemoryStream();
        await Server.ServeAsync(input, output, 1, CancellationToken.None);
        Assert.Equal("{\"id\":1,\"machine\":\"pomisa\",\"isa\":1}\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    /// <summary>So many bytes without a line feed among them.</summary>
    private sealed class Endless(int length) : MemoryStream
    {
        private int _left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = Math.Min(buffer.Length, _left);
            buffer.Span[..count].Fill((byte)'x');
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 997)], cancellationToken);
    }
}

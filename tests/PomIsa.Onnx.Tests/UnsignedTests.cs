using PomIsa.Onnx.Reading;
using static PomIsa.Onnx.Tests.OperatorRun;

namespace PomIsa.Onnx.Tests;

/// <summary>uint64, carried by its bits, against the language's own.</summary>
public sealed class UnsignedTests
{
    private static readonly ulong[] Edges = [0, 1, 2, 3, 5, 1UL << 31, 1UL << 32, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue];

    private static readonly (ulong A, ulong B)[] Pairs = [.. Edges.SelectMany(static a => Edges.Select(b => (a, b))), .. Random(400)];

    [Fact]
    public void Quotients_and_remainders_are_those_of_numbers_without_a_sign()
    {
        (ulong A, ulong B)[] pairs = [.. Pairs.Where(static p => p.B != 0)];
        Assert.Equal(pairs.Select(static p => p.A / p.B), Two("Div", 14, pairs));
        Assert.Equal(pairs.Select(static p => p.A % p.B), Two("Mod", 13, pairs));
    }

    [Fact]
    public void Order_is_that_of_numbers_without_a_sign()
    {
        Assert.Equal(Pairs.Select(static p => Math.Min(p.A, p.B)), Two("Min", 13, Pairs));
        Assert.Equal(Pairs.Select(static p => Math.Max(p.A, p.B)), Two("Max", 13, Pairs));
        Assert.Equal([ulong.MaxValue], Numbers(Run("ReduceMax", 18, [Of(Edges), Longs([1], 0)])[0]));
        Assert.Equal([0UL], Numbers(Run("ReduceMin", 18, [Of(Edges), Longs([1], 0)])[0]));
        Assert.Equal([Edges.Length - 1L], Run("ArgMax", 13, [Of(Edges)])[0].ToInt64());
        Assert.Equal([ulong.MaxValue, ulong.MaxValue - 1], Numbers(Run("TopK", 11, [Of(Edges), Longs([1], 2)], [], 2)[0]));
        Assert.Equal([0UL, 1], Numbers(Run("TopK", 11, [Of(Edges), Longs([1], 2)], [Int("largest", 0)], 2)[0]));
        Assert.Equal(Edges.Select(static e => Math.Clamp(e, 3, 1UL << 63)), Numbers(Run("Clip", 13, [Of(Edges), Scalar(3), Scalar(1UL << 63)])[0]));
    }

    [Theory]
    [InlineData("LEFT")]
    [InlineData("RIGHT")]
    public void Shifts_let_zeros_in_and_leave_nothing_at_64(string direction)
    {
        (ulong A, ulong B)[] pairs = [.. Edges.SelectMany(static a => Enumerable.Range(0, 65).Select(b => (a, (ulong)b)))];
        IEnumerable<ulong> want = pairs.Select(p => p.B > 63 ? 0 : direction == "LEFT" ? p.A << (int)p.B : p.A >> (int)p.B);
        Assert.Equal(want, Two("BitShift", 11, pairs, Text("direction", direction)));
    }

    [Fact]
    public void Floats_up_to_their_greatest_whole_number_are_converted()
    {
        float[] values = [0, 1.9f, 9.2e18f, 9223372036854775808f, 1.8e19f, 18446742974197923840f];
        Assert.Equal(values.Select(static v => (ulong)v), Numbers(Run("Cast", 13, [Floats([values.Length], values)], [Int("to", (int)OnnxType.UInt64)])[0]));
    }

    private static ulong[] Two(string op, int opset, (ulong A, ulong B)[] pairs, params Schema.AttributeProto[] attributes) =>
        Numbers(Run(op, opset, [Of([.. pairs.Select(static p => p.A)]), Of([.. pairs.Select(static p => p.B)])], attributes)[0]);

    private static HostTensor Of(ulong[] values) => Integers(OnnxType.UInt64, [values.Length], [.. values.Select(static v => unchecked((long)v))]);

    private static HostTensor Scalar(ulong value) => Integers(OnnxType.UInt64, [], unchecked((long)value));

    private static ulong[] Numbers(HostTensor tensor) => [.. tensor.ToInt64().Select(static v => unchecked((ulong)v))];

    private static IEnumerable<(ulong A, ulong B)> Random(int count)
    {
        var random = new Random(11);
        for (int i = 0; i < count; i++)
        {
            yield return ((ulong)random.NextInt64() << random.Next(2) >> random.Next(64), (ulong)random.NextInt64() << random.Next(2) >> random.Next(64));
        }
    }
}

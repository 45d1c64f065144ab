using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>Elements that follow from more than a file can bring.</summary>
public sealed class LargeValueTests
{
    private const int Width = 12_000;

    [Theory]
    [InlineData(1f, 0.9f, 0u)]
    [InlineData(0.7f, 1f, 40u)]
    [InlineData(1e-30f, 0.5f, 0u)]
    public void A_drawn_token_of_a_long_row_is_settled_by_cells(float temperature, float topP, uint topK)
    {
        var by = new SamplingParameters(SamplingKind.Drawn, 99, BitConverter.SingleToUInt32Bits(temperature), BitConverter.SingleToUInt32Bits(topP), topK);
        Settles("sample", "push 12345", by);
    }

    [Fact]
    public void The_greatest_of_a_long_row_is_settled_by_cells() => Settles("argmax", "", SamplingParameters.Greedy);

    private static void Settles(string opcode, string before, SamplingParameters by)
    {
        using BoundProgram program = Programs.Bind($"""
            .module long
            .input x f32[1, {Width}]
            .driver main
                input row, x
                {before}
                {opcode} row
                emit
                halt
            .end
            .entry main
            """);
        var random = new Random(5);
        float[] row = [.. Enumerable.Range(0, Width).Select(_ => MathF.Round(random.NextSingle() * 40) / 4)]; // many are equal
        var input = new InputTensor(DType.F32, [1, Width], [.. MemoryMarshal.AsBytes<float>(row)]);
        using var one = new ValueCase(program, new RunRequest { Inputs = [input], Sampling = by }, opcode);
        DerivationTests.Compare(one, opcode);

        // A token that is likely, too, so that only the row's own order tells.
        long truth = one.Record.Scalars[0];
        Retire lie = one.Record with { Scalars = [truth == 7 ? 8 : 7] };
        foreach (Func<long, ulong, ulong> cell in (Func<long, ulong, ulong>[])[static (_, value) => value, static (at, value) => at >= Width + 5000 ? value ^ 2 : value])
        {
            ValueOutcome outcome = one.Dispute(lie, 0, [], cell);
            Assert.True(outcome.IsProven, outcome.Text);
            Assert.True(ValueBody.TryParse(outcome.Body.Span, out ValueBody? body) && body.Cells is not null);
            Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), what);
        }
    }
}

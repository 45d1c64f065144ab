using PomIsa.Exhaustive.Oracles;
using PomIsa.Exhaustive.Tables;
using PomIsa.Kernels;

namespace PomIsa.Exhaustive.Tests;

/// <summary>The check itself, on the first chunk of a table: 2^24 inputs from +0 on.</summary>
public sealed class CheckTests : IDisposable
{
    private const uint Input = 0x00fe1234;

    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-exhaustive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [MpfrFact]
    public void A_single_wrong_output_is_found_and_printed_in_full()
    {
        TableResult result = Run(WithOneWrong, CheckState.InMemory());
        Assert.Equal(1, result.WrongCount);
        WrongOutput found = Assert.Single(result.Wrong);
        Assert.Equal(Input, found.Input);
        Assert.Equal(found.Expected + 1, found.Got);
        Assert.Contains("0x00fe1234", found.ToString(), StringComparison.Ordinal);
    }

    [MpfrFact]
    public void Another_NaN_is_a_wrong_output()
    {
        var tally = new Tally();
        Oracle.Of("exp").Check([float.NaN, 1f], [BitConverter.UInt32BitsToSingle(0x7fc00001), 2.7182817f], tally);
        Assert.Equal(1, tally.WrongCount);
    }

    [MpfrFact]
    public void What_is_done_is_not_looked_at_again_unless_its_outputs_change()
    {
        TableResult first = Run(Elementary.Silu, CheckState.Open(_folder, "silu"));
        Assert.Equal(0, first.WrongCount);
        CheckState again = CheckState.Open(_folder, "silu");
        Assert.Equal(1, again.Done);
        int looked = 0;
        var spy = new Spy(() => looked++);
        Assert.Equal(first.Digest, Run(Elementary.Silu, again, spy).Digest);
        Assert.Equal(0, looked);
        Assert.Equal(1, Run(WithOneWrong, again, spy).WrongCount);
        Assert.True(looked > 0);
    }

    [MpfrFact]
    public void A_stop_keeps_the_chunks_that_are_done()
    {
        CheckState state = CheckState.Open(_folder, "exp");
        using var stop = new CancellationTokenSource();
        using var progress = new Progress("exp", AllInputs.Count);
        Oracle exp = Oracle.Of("exp");
        SpanFunction map = (x, y) =>
        {
            Elementary.Exp(x, y);
            if (BitConverter.SingleToUInt32Bits(x[0]) >> 24 == 2)
            {
                stop.Cancel(); // in the third chunk
            }
        };
        Assert.ThrowsAny<OperationCanceledException>(() => CheckedTable.Run(map, exp, state, 1, progress, stop.Token));
        Assert.Equal(2, CheckState.Open(_folder, "exp").Done);
    }

    [Fact]
    public void A_file_that_is_no_state_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "exp.json"), "{");
        Assert.Throws<InvalidDataException>(() => CheckState.Open(_folder, "exp"));
    }

    private static void WithOneWrong(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementary.Silu(x, y);
        int at = x.IndexOf(BitConverter.UInt32BitsToSingle(Input));
        if (at >= 0)
        {
            y[at] = MathF.BitIncrement(y[at]);
        }
    }

    private static TableResult Run(SpanFunction map, CheckState state, Oracle? oracle = null)
    {
        using var progress = new Progress("silu", AllInputs.Count);
        return CheckedTable.Run(map, oracle ?? Oracle.Of("silu"), state, 2, progress, CancellationToken.None, chunks: 1);
    }

    /// <summary>A oracle that tells when it is asked.</summary>
    private sealed class Spy(Action asked) : Oracle
    {
        public override string Name => "silu";

        public override void Check(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Tally tally)
        {
            asked();
            Of(Name).Check(x, y, tally);
        }

        public override uint? Settle(float x) => null;

        public override uint Decide(float x) => 0;
    }
}

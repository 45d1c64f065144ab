using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests;

/// <summary>A run's records made again from its tokens alone, many steps through one.</summary>
public sealed class WideRunTests : IDisposable
{
    private static readonly RunRequest Request = new() { Prompt = [3, 17, 5, 60, 22], Trigger = Digest.Of([1]) };

    private readonly WorkerPool _pool = new(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_records_come_again_in_their_order(bool quantized)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        byte[][] run = Run(program, out int[] tokens);
        var sink = new ListSink();
        Assert.True(WideRun.TryExecute(program, Request, Request.Opening(program).RunId, tokens, sink, _pool, out string refusal), refusal);
        Assert.Equal(run[1..], sink.Entries);
    }

    [Fact]
    public void With_other_tokens_no_record_comes_that_the_run_has_not()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        byte[][] run = Run(program, out int[] tokens);
        for (int wrong = 0; wrong < tokens.Length; wrong++)
        {
            int[] other = [.. tokens];
            other[wrong] ^= 1;
            var sink = new ListSink();
            Assert.False(WideRun.TryExecute(program, Request, Request.Opening(program).RunId, other, sink, _pool, out _));
            Assert.NotEmpty(sink.Entries);
            Assert.Equal(run[1..(1 + sink.Entries.Count)], sink.Entries);
        }

        Assert.False(WideRun.TryExecute(program, Request, Request.Opening(program).RunId, tokens[..3], new ListSink(), _pool, out _));
        Assert.False(WideRun.TryExecute(program, Request, Request.Opening(program).RunId, [.. tokens, 1], new ListSink(), _pool, out _));
    }

    [Fact]
    public void A_sink_that_refuses_a_record_is_given_no_other()
    {
        using var decoder = new TinyDecoder(quantized: false);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(4));
        Run(program, out int[] tokens);
        foreach (int most in (int[])[0, 1, 40, 100])
        {
            var sink = new ListSink { Most = most };
            Assert.False(WideRun.TryExecute(program, Request, Request.Opening(program).RunId, tokens, sink, _pool, out string refusal));
            Assert.Equal("full", refusal);
            Assert.Equal(most, sink.Entries.Count);
        }
    }

    public void Dispose() => _pool.Dispose();

    private byte[][] Run(BoundProgram program, out int[] tokens)
    {
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        Assert.True(AttestedRun.TryExecute(program, Request, log, _pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
        tokens = [.. outcome.Tokens];
        return [.. log.ReadAll()];
    }

    private sealed class ListSink : IRecordSink
    {
        public int Most { get; init; } = int.MaxValue;

        public List<byte[]> Entries { get; } = [];

        private bool Refused { get; set; }

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            Assert.False(Refused);
            Refused = Entries.Count == Most;
            refusal = Refused ? "full" : "";
            if (!Refused)
            {
                Entries.Add(entry.ToArray());
            }

            return !Refused;
        }

        public void Commit()
        {
        }
    }
}

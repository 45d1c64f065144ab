using System.Collections.Immutable;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Machine.Tests.Runs;

public sealed class DecoderTests
{
    private static readonly ImmutableArray<int> Prompt = [3, 17, 5, 60, 22, 9, 41, 0, 63, 8, 30];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_are_the_same_with_any_number_of_threads(bool quantized)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        byte[][] one = Records(decoder, program, 1);
        Assert.Equal(one, Records(decoder, program, 2));
        Assert.Equal(one, Records(decoder, program, 5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_prompt_read_in_one_step_gives_the_bits_of_one_token_at_a_time(bool quantized)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram wide = decoder.Bind("call forward, words -> logits\nargmax logits\nemit\ncommit");
        string narrow = string.Concat(Prompt.Select(id => $"push {id}\ntoken word\ncall forward, word -> logits\n"));
        using BoundProgram steps = decoder.Bind(narrow + "argmax logits\nemit\ncommit");
        Retire a = LastLogits(Records(decoder, wide, 2)), b = LastLogits(Records(decoder, steps, 1));
        Assert.Equal(a.Commitments.AsSpan(), b.Commitments.AsSpan());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_prompt_shared_out_by_rows_and_heads_gives_the_bits_of_one_token_at_a_time(bool quantized)
    {
        ImmutableArray<int> prompt = [.. Enumerable.Range(0, 223).Select(static i => i * 37 % 64)];
        using var decoder = new TinyDecoder(quantized, context: 240, groups: 2);
        using BoundProgram wide = decoder.Bind("call forward, words -> logits\nargmax logits\nemit\ncommit");
        string narrow = string.Concat(prompt.Select(static id => $"push {id}\ntoken word\ncall forward, word -> logits\n"));
        using BoundProgram steps = decoder.Bind(narrow + "argmax logits\nemit\ncommit");
        byte[][] one = Records(decoder, wide, 1, prompt);
        Assert.Equal(one, Records(decoder, wide, 2, prompt));
        Assert.Equal(one, Records(decoder, wide, 3, prompt));
        Assert.Equal(LastLogits(one).Commitments.AsSpan(), LastLogits(Records(decoder, steps, 1, prompt)).Commitments.AsSpan());
    }

    [Theory]
    [InlineData(false, 24)]
    [InlineData(true, 24)]
    [InlineData(true, 7)]
    public void A_run_without_a_varying_end_takes_exactly_what_the_verifier_said(bool quantized, int prompt)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(5));
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        using var pool = new WorkerPool(2);
        var request = new RunRequest { Prompt = [.. Enumerable.Range(0, prompt)] };
        Assert.True(AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
        Bounds bounds = program.Verified.Bounds;
        Assert.Equal(bounds.Retires, outcome.Retired);
        Assert.Equal(bounds.ArenaBytes, (ulong)outcome.ArenaBytes);
        Assert.Equal(bounds.StateBytes, (ulong)outcome.StateBytes);
        byte[][] entries = [.. log.ReadAll()];
        Assert.Equal(outcome.Retired + 2, (ulong)entries.Length);
        const ulong Near = 6; // in each call one product behind silu and vmul, whose record the bound has with a commitment
        Assert.Equal(bounds.EvidenceBytes - (Near * EvidenceSize.PerTensor), (ulong)entries[1..^1].Sum(e => (long)e.Length));
    }

    [Fact]
    public void Plain_and_attested_runs_say_the_same()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(8));
        using var pool = new WorkerPool(2);
        Assert.True(Machine.Runs.MachineRun.TryExecutePlain(program, new RunRequest { Prompt = Prompt }, pool, out RunOutcome? plain, out _));
        byte[][] records = Records(decoder, program, 2);
        Assert.True(Record.TryDecode(records[^1], out Record last, out _));
        Assert.Equal(plain.Response, Assert.IsType<RunClose>(last).Response);
        Assert.Equal(8u, ((RunClose)last).Tokens);
    }

    [Fact]
    public void A_run_that_was_cut_off_is_taken_up_without_minting_an_action_twice()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        using var folder = new TempFolder();
        byte[][] whole = Records(decoder, program, 1);
        using var pool = new WorkerPool(1);
        foreach (int cut in new[] { 1, 40, whole.Length - 1 })
        {
            string path = folder[$"log{cut}"];
            using (RecordLog log = RecordLog.Open(path))
            {
                foreach (byte[] entry in whole.Take(cut))
                {
                    log.Append(entry);
                }

                log.CommitAndWait();
            }

            using RecordLog again = RecordLog.Open(path);
            Assert.True(AttestedRun.TryExecute(program, new RunRequest { Prompt = Prompt }, again, pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
            Assert.Equal((ulong)cut, outcome.RecordedBefore);
            Assert.Equal(whole, again.ReadAll());
        }
    }

    [Fact]
    public void A_log_that_holds_another_action_refuses_to_be_taken_up()
    {
        using var decoder = new TinyDecoder(quantized: false);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        byte[][] whole = Records(decoder, program, 1);
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        whole[5][^1] ^= 1;
        foreach (byte[] entry in whole.Take(9))
        {
            log.Append(entry);
        }

        log.CommitAndWait();
        using var pool = new WorkerPool(1);
        Assert.False(AttestedRun.TryExecute(program, new RunRequest { Prompt = Prompt }, log, pool, out _, out MachineFault fault));
        Assert.Contains("5", fault.Detail, StringComparison.Ordinal);
        Assert.Equal(9ul, log.Size);
    }

    private static byte[][] Records(TinyDecoder decoder, BoundProgram program, int threads, ImmutableArray<int>? prompt = null)
    {
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        using var pool = new WorkerPool(threads);
        Assert.True(
            AttestedRun.TryExecute(program, new RunRequest { Prompt = prompt ?? Prompt }, log, pool, out _, out MachineFault fault),
            fault.Describe(program.Module));
        return [.. log.ReadAll()];
    }

    private static Retire LastLogits(byte[][] records) => records
        .Select(r => Record.TryDecode(r, out Record record, out _) ? record : throw new InvalidOperationException())
        .OfType<Retire>()
        .Last(r => r.Commitments.Length > 0);
}

using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Orders;

/// <summary>What a run comes to, followed from its records: all of them, or some.</summary>
public sealed class RunTraceTests
{
    private static readonly RunRequest Request = new() { Prompt = [3, 1, 2] };

    [Fact]
    public void An_honest_run_is_followed_to_its_end_and_contradicts_nothing()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        byte[][] run = LoggedRun.Of(program, Request);
        var records = new ProvenRecords([.. run.Select(static (e, i) => ((ulong)i, e))]);
        RunTrace trace = RunTrace.Follow(program.Verified, records, 0, (ulong)run.Length - 1, Digest.Of(run[0]));
        Assert.Null(trace.Fault);
        Assert.Single(trace.Left);
        Assert.NotNull(trace.Flow);
    }

    [Fact]
    public void Every_record_of_a_run_that_was_followed_is_placed_where_it_says()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        byte[][] run = LoggedRun.Of(program, Request);
        var all = new ProvenRecords([.. run.Select(static (e, i) => ((ulong)i, e))]);
        IRunFlow flow = RunTrace.Follow(program.Verified, all, 0, (ulong)run.Length - 1, Digest.Of(run[0])).Flow!;
        uint step = 0;
        for (int at = 1; at < run.Length - 1; at++)
        {
            RetireHead head = ((Retire)all.RecordAt(at)!).Head;
            Assert.True(flow.TryPlace((ulong)at, out RecordPlace? place));
            Assert.Equal(((int)head.Function, (int)head.Offset), (place.Function, place.Offset));
            bool inStep = program.Module.Functions[place.Function].Kind == PomIsa.Isa.FunctionKind.Step;
            Assert.Equal(inStep, place.Call is not null);
            Assert.True(!inStep || (flow.TryCall((ulong)(at - 1 - place.Offset), out StepCall? call) && call.Step == head.Step));
            step = Math.Max(step, head.Step);
        }

        Assert.True(step > 1);
        Assert.False(flow.TryPlace(0, out _));
        Assert.False(flow.TryPlace((ulong)run.Length - 1, out _));
    }

    [Fact]
    public void A_step_that_takes_the_tail_of_too_few_rows_traps_there()
    {
        using BoundProgram program = Programs.Bind("""
            .symbol P max 8
            .input words i32[P, 1]
            .step last(ids: i32[P, 1]) -> (two: i32[2, 1])
                tail two, ids, 2
                ret
            .end
            .driver main
                input x: i32[P, 1], words
                call last, x -> y
                halt
            .end
            .entry main
            """);
        byte[][] run = LoggedRun.Of(program, new RunRequest { Inputs = [new InputTensor(PomIsa.Isa.DType.I32, [2, 1], [5, 0, 0, 0, 6, 0, 0, 0])] });
        foreach ((uint rows, bool isContradiction) in ((uint, bool)[])[(2, false), (1, true)])
        {
            byte[][] told = LoggedRun.With(LoggedRun.With(run, 1, Rows), 3, Rows);
            Record Rows(Record r) => (Retire)r with { Symbols = [new SymbolChange(0, rows)] };
            RunTrace trace = RunTrace.Follow(program.Verified, new ProvenRecords([.. told[..4].Select(static (e, i) => ((ulong)i, e))]), 0, 3, Digest.Of(told[0]));
            Assert.Equal((isContradiction, isContradiction ? (FaultKind.Trap, 3UL) : default), (trace.IsContradiction, trace.Fault is { } fault ? (fault.Kind, fault.Index) : default));
        }
    }

    [Fact]
    public void Whatever_records_of_an_honest_run_are_shown_nothing_is_contradicted()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        byte[][] run = LoggedRun.Of(program, Request);
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            int every = random.Next(1, 40);
            var shown = run.Select(static (e, at) => ((ulong)at, e)).Where(pair => pair.Item1 == 0 || random.Next(every) == 0).ToList();
            RunTrace trace = RunTrace.Follow(program.Verified, new ProvenRecords(shown), 0, shown[^1].Item1, Digest.Of(run[0]));
            Assert.False(trace.IsContradiction, trace.Fault?.ToString());
        }
    }

    /// <summary>A loop goes any number of rounds where no record that is shown says how many; where one does, it goes so many.</summary>
    [Fact]
    public void A_loop_of_unknown_rounds_is_left_behind_any_of_them()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.UnknownRounds);
        for (int rounds = 0; rounds <= 8; rounds++)
        {
            byte[][] run = LoggedRun.Of(program, new RunRequest { Prompt = [rounds] });
            ulong last = (ulong)run.Length - 1;
            for (int shown = 0; shown < 1 << 3; shown++)
            {
                RunTrace trace = Follow(run, [.. Enumerable.Range(0, run.Length).Where(i => i == 0 || i == (int)last || (i < 8 ? (shown & 1) : i % 3 == 0 ? (shown & 2) : (shown & 4)) != 0)]);
                Assert.Null(trace.Fault is { } fault && trace.IsContradiction ? fault : null);
                Assert.NotEmpty(trace.Left);
            }
        }

        byte[][] three = LoggedRun.Of(program, new RunRequest { Prompt = [3] });
        byte[][] two = LoggedRun.Renumbered([.. three[..11], .. three[14..]]);
        Assert.False(Follow(two, [0, 11]).IsContradiction);
        Assert.Equal((true, FaultKind.Place, 11UL), (Follow(two, [0, 3, 11]).IsContradiction, Follow(two, [0, 3, 11]).Fault!.Kind, Follow(two, [0, 3, 11]).Fault!.Index));

        RunTrace Follow(byte[][] run, int[] shown) =>
            RunTrace.Follow(program.Verified, new ProvenRecords([.. shown.Select(i => ((ulong)i, run[i]))]), 0, (ulong)shown[^1], Digest.Of(run[0]));
    }

    [Fact]
    public void Scalars_under_salt_are_known_where_they_were_opened()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        byte[][] open = LoggedRun.Of(program, Request), run = LoggedRun.Of(program, Request with { Privacy = new RunPrivacy(PrivacyMode.All, RunSecret.Of(new byte[RunSecret.Bytes])) });
        var opened = open.Select(static (e, i) => (Index: (ulong)i, Retire: Record.TryDecode(e, out Record record, out _) ? record as Retire : null))
            .Where(static r => r.Retire?.Scalars.Length > 0).ToDictionary(static r => r.Index, static r => r.Retire!.Scalars.ToArray());
        var all = new ProvenRecords([.. run.Select(static (e, i) => ((ulong)i, e))]);
        Assert.Null(Follow(all.WithScalars(opened)).Fault);
        int proven = 0;
        foreach (ulong at in opened.Keys)
        {
            long[] truth = opened[at];
            opened[at] = [truth[0] + 1, .. truth[1..]];
            RunTrace trace = Follow(all.WithScalars(opened));
            Assert.False(Follow(all).IsContradiction);
            opened[at] = truth;
            if (trace.Fault is { Kind: FaultKind.Scalars } fault && fault.Index == at)
            {
                proven++;
            }
        }

        Assert.InRange(proven, opened.Count * 3 / 4, opened.Count - 1);

        RunTrace Follow(ProvenRecords records) => RunTrace.Follow(program.Verified, records, 0, (ulong)run.Length - 1, Digest.Of(run[0]));
    }

    [Fact]
    public void What_a_token_was_popped_from_is_known_or_it_is_known_which_record_tells()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        byte[][] run = LoggedRun.Of(program, Request);
        var all = new ProvenRecords([.. run.Select(static (e, i) => ((ulong)i, e))]);
        ulong last = (ulong)Array.FindLastIndex(run, static e => Record.TryDecode(e, out Record record, out _) && record is Retire { Head.Opcode: 0x29 });
        var few = new ProvenRecords([.. run.Select(static (e, i) => ((ulong)i, e)).Where((_, i) => all.RecordAt(i) is not Retire { Scalars: [_, ..] })]);
        RecordPlace known = Place(all), hidden = Place(few);
        Assert.True(known.PoppedFrom is null && known.Popped is [_]);
        Assert.True(hidden.Popped is null && hidden.PoppedFrom is < ulong.MaxValue);
        Assert.Equal(known.Popped, ((Retire)all.RecordAt((int)hidden.PoppedFrom.Value)!).Scalars.ToArray()); // argmax; what comes behind it, dup, has two

        RecordPlace Place(ProvenRecords records)
        {
            IRunFlow? flow = RunTrace.Follow(program.Verified, records, 0, last, Digest.Of(run[0])).Flow;
            Assert.True(flow is not null && flow.TryPlace(last, out _));
            flow.TryPlace(last, out RecordPlace? place);
            return place!;
        }
    }
}

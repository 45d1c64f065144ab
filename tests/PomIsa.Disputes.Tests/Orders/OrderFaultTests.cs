using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Records;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Orders;

/// <summary>A liar changes one thing in a log and signs it: the honest side wins, whichever side it is.</summary>
public sealed class OrderFaultTests : IDisposable
{
    private readonly BoundProgram _program = Programs.Bind(DriverPrograms.Everything);
    private readonly byte[][] _run;

    public OrderFaultTests() => _run = LoggedRun.Of(_program, new RunRequest { Prompt = [3, 1, 2] });

    public void Dispose() => _program.Dispose();

    [Fact]
    public void A_wrong_step_function_offset_or_opcode_is_proven_at_every_record()
    {
        foreach (int at in Retires())
        {
            Convicts(Head(at, static h => h with { Step = h.Step + 1 }), at, FaultKind.Place);
            Convicts(Head(at, static h => h with { Function = (ushort)(h.Function ^ 1) }), at, FaultKind.Place);
            Convicts(Head(at, static h => h with { Offset = h.Offset + 1 }), at, FaultKind.Place);
            Convicts(Head(at, static h => h with { Opcode = (ushort)(h.Opcode ^ 1) }), at, FaultKind.Place);
        }
    }

    [Fact]
    public void A_wrong_sequence_or_run_is_proven_at_every_record()
    {
        foreach (int at in Retires())
        {
            Convicts(Head(at, static h => h with { Sequence = h.Sequence + 1 }), at, FaultKind.Sequence);
            Convicts(Head(at, static h => h with { RunId = Digest.Of([7]) }), at, FaultKind.NotOpened);
        }
    }

    [Fact]
    public void Symbols_that_are_wrong_missing_or_not_bound_are_proven()
    {
        foreach (int at in Retires())
        {
            Convicts(LoggedRun.With(_run, at, static r => (Retire)r with { Symbols = ((Retire)r).Symbols.IsEmpty ? [new SymbolChange(1, 2)] : [] }), at, FaultKind.Symbols);
            if (RecordAt(at) is { Symbols: [_, ..], Head.Step: > 0 })
            {
                Convicts(LoggedRun.With(_run, at, static r => (Retire)r with { Symbols = [.. ((Retire)r).Symbols.Select(static s => s with { Value = s.Value + 1 })] }), at, FaultKind.Symbols);
            }
        }
    }

    [Fact]
    public void Scalars_that_do_not_follow_are_proven_wherever_they_are_no_values_of_tensors()
    {
        int convicted = 0;
        foreach (int at in Retires().Where(at => RecordAt(at) is { Scalars: [_, ..], Head.Opcode: not 0x40 }))
        {
            Convicts(LoggedRun.With(_run, at, static r => (Retire)r with { Scalars = [((Retire)r).Scalars[0] + 1, .. ((Retire)r).Scalars[1..]] }), at, FaultKind.Scalars);
            convicted++;
        }

        Assert.True(convicted > 20);
    }

    [Fact]
    public void Outputs_of_another_sort_or_number_are_proven()
    {
        foreach (int at in Retires())
        {
            Convicts(LoggedRun.With(_run, at, static r => (Retire)r with { Commitments = [.. ((Retire)r).Commitments, default], Scalars = [] }), at, FaultKind.Outputs);
        }
    }

    [Fact]
    public void A_skipped_a_doubled_and_a_replayed_record_are_proven_renumbered_or_not()
    {
        for (int at = 1; at < _run.Length - 1; at += 13)
        {
            byte[][] skipped = [.. _run[..at], .. _run[(at + 1)..]], doubled = [.. _run[..at], _run[at], .. _run[at..]], swapped = [.. _run[..at], _run[at + 1], _run[at], .. _run[(at + 2)..]];
            Convicts(skipped, at, null);
            Convicts(swapped, at, null);
            Convicts(doubled, at + 1, null);
            Convicts(LoggedRun.Renumbered(skipped), at, null);
            Convicts(LoggedRun.Renumbered(doubled), at + 1, null);
            Convicts(LoggedRun.Renumbered(swapped), at, null);
        }
    }

    [Fact]
    public void A_closing_record_that_lies_is_proven()
    {
        int last = _run.Length - 1;
        Convicts(Close(static c => c with { Tokens = c.Tokens + 1 }), last, FaultKind.Close);
        Convicts(Close(static c => c with { Retired = c.Retired + 1 }), last, FaultKind.Close);
        Convicts(Close(static c => c with { Status = RunStatus.Abandoned }), last, FaultKind.Close);
        Convicts(Close(static c => c with { Response = Digest.Of([1]) }), last, FaultKind.Close);
        Convicts([.. _run, _run[0]], last + 1, FaultKind.Reopened);
        Convicts([.. _run, _run[last]], last + 1, FaultKind.AfterClose);
        Convicts([.. _run[..^1], _run[last - 1]], last, FaultKind.Sequence);
    }

    [Fact]
    public void An_entry_that_is_no_record_is_proven()
    {
        for (int at = 0; at < _run.Length; at += 29)
        {
            byte[][] changed = [.. _run];
            changed[at] = [.. _run[at], 0];
            Convicts(changed, at, FaultKind.Malformed);
        }
    }

    [Fact]
    public void A_run_that_was_ended_early_is_no_fault()
    {
        byte[][] left = LoggedRun.Of(_program, new RunRequest { Prompt = [3, 1, 2], StopAfter = 100, ClosesWhenStopped = true });
        Assert.Equal(Outcome.Open, Dispute.Settle(LoggedRun.Signed("a", _run, _program), LoggedRun.Signed("b", left, _program), Bisection.Sixteen).Outcome);
        Assert.Equal(Outcome.NoDifference, Dispute.Settle(LoggedRun.Signed("a", _run, _program), LoggedRun.Signed("b", _run[..50], _program), Bisection.Sixteen).Outcome);
    }

    [Fact]
    public void A_proof_says_nothing_of_another_key_another_place_or_another_kind()
    {
        DisputeResult result = Dispute.Settle(LoggedRun.Signed("liar", Head(60, static h => h with { Step = 9 }), _program), LoggedRun.Signed("honest", _run, _program), Bisection.Sixteen);
        Assert.True(FaultProof.TryParse(result.Proof.Span, out FaultProof? proof));
        Party other = LoggedRun.Signed("other", _run, _program);
        Assert.Equal(FaultVerdict.Malformed, FaultCheck.Check(result.Proof.Span, other.Key).Verdict);
        Assert.Equal(FaultVerdict.Malformed, FaultCheck.Check((proof with { Key = other.Key! }).ToBytes()).Verdict);
        Assert.Equal(FaultVerdict.Malformed, FaultCheck.Check((proof with { Note = other.Log.Note }).ToBytes()).Verdict);
        Assert.Equal(FaultVerdict.NotProven, FaultCheck.Check((proof with { Kind = FaultKind.Scalars }).ToBytes()).Verdict);
        Assert.Equal(FaultVerdict.NotProven, FaultCheck.Check((proof with { Index = 59 }).ToBytes()).Verdict);
        Assert.Equal(FaultVerdict.ProgramMissing, FaultCheck.Check((proof with { Module = default }).ToBytes()).Verdict);
        Assert.Equal(FaultVerdict.Proven, FaultCheck.Check((proof with { Module = default }).ToBytes(), proof.Key, _program.Module.Encode()).Verdict);
    }

    [Fact]
    public void No_proof_holds_against_an_honest_log()
    {
        Party honest = LoggedRun.Signed("honest", _run, _program), liar = LoggedRun.Signed("liar", Head(60, static h => h with { Step = 9 }), _program);
        for (ulong at = 0; at < (ulong)_run.Length; at++)
        {
            Assert.Null(Dispute.Accuse(honest, liar, at).Proof);
        }
    }

    private Retire RecordAt(int at) => Record.TryDecode(_run[at], out Record record, out _) && record is Retire retire ? retire : throw new InvalidOperationException("No retire.");

    // Every record with POMISA_FUZZ set; of each kind of instruction some otherwise.
    private IEnumerable<int> Retires() => Enumerable.Range(1, _run.Length - 2).Where(static at => at < 12 || at % 7 == 0 || Environment.GetEnvironmentVariable("POMISA_FUZZ") is not null);

    private byte[][] Head(int at, Func<RetireHead, RetireHead> change) => LoggedRun.With(_run, at, r => (Retire)r with { Head = change(((Retire)r).Head) });

    private byte[][] Close(Func<RunClose, RunClose> change) => LoggedRun.With(_run, _run.Length - 1, r => change((RunClose)r));

    // Plays both ways round; the file is small, and is checked with nothing but the key.
    private void Convicts(byte[][] lie, int at, FaultKind? kind)
    {
        Party honest = LoggedRun.Signed("honest", _run, _program), liar = LoggedRun.Signed("liar", lie);
        foreach ((Party a, Party b) in new[] { (honest, liar), (liar, honest) })
        {
            DisputeResult result = Dispute.Settle(a, b, Bisection.Sixteen);
            Assert.True(result.Outcome == Outcome.Proven, $"record {at} of {_run.Length}, {kind}: {result.Text}");
            Assert.Same(honest, result.Winner);
            Assert.Equal((ulong)at, result.Difference!.Index);
            Assert.InRange(result.Proof.Length, 1, FaultProof.MaxBytes);
            FaultReport report = FaultCheck.Check(result.Proof.Span, liar.Key);
            Assert.Equal(FaultVerdict.Proven, report.Verdict);
            Assert.Equal((ulong)at, report.Finding!.Index);
            Assert.True(kind is null || kind == report.Finding.Kind, $"record {at}: {report.Text}");
        }
    }
}

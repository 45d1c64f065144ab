using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit;

/// <summary>Holds each record of a replay but the opening one against the recorded one, and ends the replay at the first that differs.</summary>
internal sealed class CompareSink(BoundProgram program, EntryList recorded) : IRecordSink
{
    private int _next = 1;
    private ulong _skipped;

    /// <summary>Records found equal.</summary>
    public ulong Compared { get; set; }

    /// <summary>Whether the log goes on.</summary>
    public bool HasMore => _next < recorded.Count;

    /// <summary>Set at the first difference.</summary>
    public ReplayReport? Report { get; private set; }

    /// <inheritdoc/>
    public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
    {
        refusal = "";
        if (!HasMore)
        {
            Report = Missing(entry);
        }
        else if (entry.SequenceEqual(recorded[_next]))
        {
            _next++;
            Compared++;
            return true;
        }
        else
        {
            Report = Differing(entry, recorded[_next++]);
        }

        refusal = Report.Text;
        return false;
    }

    /// <summary>Passes over a record that is not compared; false if the log has none.</summary>
    public bool TrySkip(RetireHead head, out string refusal)
    {
        bool there = HasMore;
        if (there)
        {
            _next++;
            _skipped++;
        }
        else
        {
            FirstDifference first = Place(new Retire(head, [], [], []), "the log has no record here");
            Report = new ReplayReport(Verdict.Reject, Compared, first, Sentence("the log ends before the run does", first));
        }

        refusal = Report?.Text ?? "";
        return there;
    }

    /// <summary>Takes records that are known to equal the recorded ones.</summary>
    public void Pass(int records)
    {
        _next += records;
        Compared += (ulong)records;
    }

    /// <inheritdoc/>
    public void Commit()
    {
    }

    private ReplayReport Missing(ReadOnlySpan<byte> replayed)
    {
        FirstDifference? first = Record.TryDecode(replayed, out Record record, out _) ? Place(record, "the log has no record here") : null;
        return new ReplayReport(Verdict.Reject, Compared, first, Sentence("the log ends before the run does", first));
    }

    private ReplayReport Differing(ReadOnlySpan<byte> replayed, ReadOnlySpan<byte> found)
    {
        if (!Record.TryDecode(found, out Record theirs, out RecordFault fault))
        {
            string unreadable = string.Create(CultureInfo.InvariantCulture, $"record {Compared + _skipped} can't be read: {fault.Code} at byte {fault.At}");
            return new ReplayReport(Verdict.Malformed, Compared, null, unreadable);
        }

        _ = Record.TryDecode(replayed, out Record ours, out _);
        FirstDifference first = Place(ours, What(ours, theirs));
        return new ReplayReport(Verdict.Reject, Compared, first, Sentence(first.What, first));
    }

    private FirstDifference Place(Record record, string what) => record switch
    {
        Retire { Head: var head } => new FirstDifference(
            head.Sequence,
            head.Step,
            InstructionTable.TryFind((byte)head.Opcode, out OpcodeRow? row) ? row.Mnemonic : "?",
            program.Module.FunctionName(head.Function),
            (int)head.Offset,
            program.Module.SourceOf(head.Function, (int)head.Offset),
            what),
        RunClose close => new FirstDifference(close.Sequence, 0, "close", "", 0, null, what),
        _ => new FirstDifference(0, 0, "open", "", 0, null, what),
    };

    private static string What(Record ours, Record theirs)
    {
        if (ours is Retire a && theirs is Retire b)
        {
            return a.IsPrivate != b.IsPrivate ? "the record is not in the form that the run was opened with"
                : a.Head with { Tokens = b.Head.Tokens } == b.Head && a.Head.Tokens != b.Head.Tokens
                    ? string.Create(CultureInfo.InvariantCulture, $"the log counts {b.Head.Tokens} tokens before it, the replay {a.Head.Tokens}")
                : !a.Salted.AsSpan().SequenceEqual(b.Salted.AsSpan()) || a.SaltsScalars != b.SaltsScalars
                    ? $"the log has under salt {InFull(b.Salted)}, the replay {InFull(a.Salted)}"
                : a.Head != b.Head ? $"the log has {Name(b)} where the replay has {Name(a)}"
                : !a.Symbols.AsSpan().SequenceEqual(b.Symbols.AsSpan()) ? "symbols have other values"
                : !a.Scalars.AsSpan().SequenceEqual(b.Scalars.AsSpan())
                    ? string.Create(CultureInfo.InvariantCulture, $"the log has scalars {string.Join(' ', b.Scalars)}, the replay {string.Join(' ', a.Scalars)}")
                    : $"the log commits to {InFull(b.Commitments)}, the replay to {InFull(a.Commitments)}";
        }

        return ours is RunClose && theirs is RunClose ? "the closing records bind other responses" : "the records are of different kinds";
    }

    private static string InFull(ImmutableArray<Digest> digests) => digests.IsEmpty ? "nothing" : string.Join(' ', digests);

    private static string Name(Retire retire) => string.Create(
        CultureInfo.InvariantCulture, $"action {retire.Head.Sequence} of opcode 0x{retire.Head.Opcode:x2} at {retire.Head.Function}:{retire.Head.Offset}");

    private static string Sentence(string what, FirstDifference? first) => first is null
        ? $"Rejected: {what}."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Rejected at action {first.Sequence}, {(first.Function.Length == 0 ? $"the record that {first.Opcode}s the run" : $"step {first.Step}, {first.Opcode} in {first.Function}:{first.Instruction}")}{(first.Source is null ? "" : $" ({first.Source})")}: {what}.");
}

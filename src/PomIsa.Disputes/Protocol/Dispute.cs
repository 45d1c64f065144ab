using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;

namespace PomIsa.Disputes.Protocol;

/// <summary>Settles a dispute of two parties: bisects their logs, and proves whose record is wrong.</summary>
public static class Dispute
{
    /// <summary>Settles it.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other.</param>
    /// <param name="bits">Each exchange of the bisection has 2^bits roots.</param>
    /// <param name="pool">Threads to execute a run with, where a value is to be settled; null: one.</param>
    public static DisputeResult Settle(Party a, Party b, int bits, WorkerPool? pool = null) => Settle(a, b, bits, pool, FaultProof.MaxBytes);

    /// <summary>The same, where a proof of a wrong response that is longer than so many bytes is made by the accused's own tokens.</summary>
    internal static DisputeResult Settle(Party a, Party b, int bits, WorkerPool? pool, int mostForResponse)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        FirstDifference? difference = null;
        try
        {
            difference = Bisection.Find(a.Log, b.Log, bits);
            (FaultProof? Proof, FaultReport? Report) againstA = Accuse(a, b, difference.Index, mostForResponse), againstB = Accuse(b, a, difference.Index, mostForResponse);
            return (againstA.Proof, againstB.Proof) switch
            {
                ({ } one, null) => Proven(b, difference, one, againstA.Report!),
                (null, { } one) => Proven(a, difference, one, againstB.Report!),
                (null, null) => difference.IsPrefix ? Undecided(a, b, difference, []) : OfValues(a, b, difference, pool),
                _ => new DisputeResult(Outcome.BothWrong, null, difference, againstA.Report, againstA.Proof.ToBytes(), $"Both are wrong. {againstA.Report!.Text} {againstB.Report!.Text}"),
            };
        }
        catch (CannotOpenException e) when (ReferenceEquals(e.Log, a.Log) || ReferenceEquals(e.Log, b.Log))
        {
            (Party loser, Party winner) = ReferenceEquals(e.Log, a.Log) ? (a, b) : (b, a);
            return new DisputeResult(Outcome.Forfeited, winner, difference, null, default, $"{loser.Name} forfeits: it can't open what it signed ({e.Message}).");
        }
    }

    /// <summary>Tries to prove that a record of the accused is out of order.</summary>
    internal static (FaultProof? Proof, FaultReport? Report) Accuse(Party accused, Party accuser, ulong index, int mostForResponse = FaultProof.MaxBytes)
    {
        if (accused.Key is not { } key || index >= accused.Log.Checkpoint.Size)
        {
            return default;
        }

        VerifiedModule? module = Program(accused, accuser, index);
        FaultFinding? finding = OrderProof.Find(accused.Log, index, module, out ProvenRecords records, out bool needsModule, out _);
        if (finding is null)
        {
            return default;
        }

        FaultProof proof = Seal(accused, finding, records, needsModule ? Bare(module!.Module) : default, default);
        if (needsModule && finding.Kind == FaultKind.Close && proof.ToBytes().Length > mostForResponse)
        {
            proof = WithResponse(accused, module!, index) ?? proof;
        }

        FaultReport report = FaultCheck.Check(proof.ToBytes(), key, needsModule ? module!.Module.Encode() : default);
        return report.Verdict == FaultVerdict.Proven ? (proof, report) : default;
    }

    // A response of many tokens is not shown token by token: the accused says what he bound, or he forfeits.
    private static FaultProof? WithResponse(Party accused, VerifiedModule module, ulong index)
    {
        if (!Record.TryDecode(accused.Log.Entry(index), out Record record, out _) || record is not RunClose close)
        {
            return null;
        }

        byte[] answer = accused.Ask?.Invoke(ResponseProof.Question(index)) ?? [];
        if (ResponseProof.Tokens(answer) is not { } response || !ResponseProof.Opens(close, response))
        {
            throw new CannotOpenException(accused.Log, FormattableString.Invariant($"it doesn't tell the response that record {index} binds"));
        }

        FaultFinding? finding = ResponseProof.Find(accused.Log, module, index - close.Sequence, index, close.RunId, response, out ProvenRecords records);
        return finding is null ? null : Seal(accused, finding, records, Bare(module.Module), ResponseProof.ToBytes(response));
    }

    /// <summary>A proof with all its parts; the program is left out where the file would be too long.</summary>
    internal static FaultProof Seal(Party accused, FaultFinding finding, ProvenRecords records, ReadOnlyMemory<byte> module, ReadOnlyMemory<byte> body)
    {
        ulong[] indices = [.. Enumerable.Range(0, records.Count).Select(records.IndexAt)];
        Digest[] path = Multiproof.Build(accused.Log, accused.Log.Checkpoint.Size, indices);
        var proof = new FaultProof(finding.Kind, finding.Index, accused.Key!, accused.Log.Note, module, records, path, body);
        return module.Length > Parts.MaxUnpackedBytes || proof.ToBytes().Length > FaultProof.MaxBytes ? proof with { Module = default } : proof;
    }

    /// <summary>The program without names and positions: what its digest is over.</summary>
    internal static byte[] Bare(Module module) => (module with { Names = null, Positions = null, Text = null, Customs = [] }).Encode();

    // The program that the record's run was opened with, if one of the sides has it.
    private static VerifiedModule? Program(Party accused, Party accuser, ulong index)
    {
        if (!Record.TryDecode(accused.Log.Entry(index), out Record record, out _) || record is RunOpen || NeighbourRules.PlaceOf(record).Sequence > index)
        {
            return null;
        }

        byte[] first = accused.Log.Entry(index - NeighbourRules.PlaceOf(record).Sequence);
        if (!Record.TryDecode(first, out Record opening, out _) || opening is not RunOpen open)
        {
            return null;
        }

        foreach (ReadOnlyMemory<byte> program in accuser.Programs.Concat(accused.Programs))
        {
            if (FaultCheck.TryProgram(program.Span, open.Program, out VerifiedModule? module))
            {
                return module;
            }
        }

        return null;
    }

    private static DisputeResult OfValues(Party a, Party b, FirstDifference difference, WorkerPool? pool)
    {
        List<string> why = [];
        return ValueSettlement.Settle(a, b, difference, pool, why) ?? ValueSettlement.Settle(b, a, difference, pool, why) ?? Undecided(a, b, difference, why);
    }

    internal static DisputeResult Proven(Party winner, FirstDifference difference, FaultProof proof, FaultReport report) =>
        new(Outcome.Proven, winner, difference, report, proof.ToBytes(), report.Text);

    private static DisputeResult Undecided(Party a, Party b, FirstDifference difference, List<string> why)
    {
        if (!difference.IsPrefix)
        {
            bool opens = Record.TryDecode(a.Log.Entry(difference.Index), out Record recordA, out _) && Record.TryDecode(b.Log.Entry(difference.Index), out Record recordB, out _)
                && recordA is RunOpen && recordB is RunOpen;
            if (opens)
            {
                return new DisputeResult(Outcome.Open, null, difference, null, default, FormattableString.Invariant($"Record {difference.Index} opens another run in {a.Name} than in {b.Name}: another program, other weights, another prompt or salt. There is nothing to settle."));
            }

            return new DisputeResult(Outcome.Open, null, difference, null, default, FormattableString.Invariant($"Record {difference.Index} differs, and both are in order: what tells them apart is a value. {(why.Count == 0 ? "Nobody who can execute the run is at hand" : string.Join("; ", why))}."));
        }

        (ulong sizeA, ulong sizeB) = (a.Log.Checkpoint.Size, b.Log.Checkpoint.Size);
        return new DisputeResult(Outcome.NoDifference, null, difference, null, default, sizeA == sizeB
            ? FormattableString.Invariant($"The logs are the same: {sizeA} records.")
            : FormattableString.Invariant($"{(sizeA < sizeB ? a : b).Name} is a prefix of {(sizeA < sizeB ? b : a).Name}, which goes on as it may."));
    }
}

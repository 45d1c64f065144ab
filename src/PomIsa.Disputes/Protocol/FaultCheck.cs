using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Protocol;

/// <summary>Checks fault proofs without the model: signature, inclusion, and that the records shown can't all be right.</summary>
public static class FaultCheck
{
    /// <summary>Checks a file that may be anyone's.</summary>
    /// <param name="file">The file.</param>
    /// <param name="key">The key that the accused is known by; null: the one in the file is believed to be his.</param>
    /// <param name="module">The program's file, for a proof without it; it may have names and positions.</param>
    public static FaultReport Check(ReadOnlySpan<byte> file, VerifierKey? key = null, ReadOnlySpan<byte> module = default)
    {
        if (!FaultProof.TryParse(file, out FaultProof? proof))
        {
            return Malformed("the bytes are none");
        }

        if (key is not null && !key.Equals(proof.Key))
        {
            return Malformed($"it accuses {proof.Key.Name} by another key than the one that is known");
        }

        if (!Checkpoint.TryOpen(proof.Note.Span, proof.Key, out Checkpoint checkpoint, out NoteFault fault))
        {
            return Malformed($"the checkpoint is not signed by {proof.Key.Name} ({fault})");
        }

        if (!proof.IsIn(checkpoint.Size, checkpoint.Root))
        {
            return Malformed($"the records are not in the tree that {proof.Key.Name} signed");
        }

        return NeighbourRules.Find(proof.Records) is { } finding ? Judge(proof, finding)
            : proof.Kind == FaultKind.Claim ? WithClaim(proof)
            : WithProgram(proof, module);
    }

    /// <summary>A program from its bytes, if it is the one with a digest and keeps every rule.</summary>
    public static bool TryProgram(ReadOnlySpan<byte> bytes, Digest digest, [NotNullWhen(true)] out VerifiedModule? module)
    {
        module = null;
        return Module.TryDecode(bytes, out Module decoded, out _) && decoded.ProgramDigest() == digest
            && Verifier.TryVerify(decoded, out module, out ImmutableArray<Fault> _);
    }

    private static FaultReport WithProgram(FaultProof proof, ReadOnlySpan<byte> beside)
    {
        if (!proof.Records.TryRecord(proof.Index, out Record record) || record is RunOpen)
        {
            return NotProven(proof, "the record that it is about is not shown");
        }

        (Digest run, ulong sequence) = NeighbourRules.PlaceOf(record);
        if (!proof.Records.TryRecord(proof.Index - sequence, out Record first) || first is not RunOpen open)
        {
            return NotProven(proof, "the record that opens the run is not shown");
        }

        bool inside = !proof.Module.IsEmpty;
        if (!inside && beside.IsEmpty)
        {
            return new FaultReport(FaultVerdict.ProgramMissing, proof.Key.Name, null, $"The program {open.Program.Short} is not in the file; give it beside it.");
        }

        if (!TryProgram(inside ? proof.Module.Span : beside, open.Program, out VerifiedModule? module))
        {
            return NotProven(proof, $"the program is not {open.Program.Short}, which the run was opened with");
        }

        ulong start = proof.Index - sequence;
        ProvenRecords records = proof.Records;
        if (open.Private is not null && !TryTold(proof, start, run, ref records))
        {
            return NotProven(proof, "the accused has not signed what it says of his outputs");
        }

        var trace = RunTrace.Follow(module, records, start, proof.Index, run, proof.Kind == FaultKind.Close ? ResponseProof.Tokens(proof.Body.Span) : null);
        return trace.IsContradiction ? Judge(proof, trace.Fault!)
            : proof.Kind == FaultKind.Value ? WithValues(proof, module, trace.Flow)
            : NotProven(proof, "the records shown agree with the program");
    }

    private static FaultReport WithClaim(FaultProof proof) => OutputsProof.TryCheck(proof.Index, proof.Records, proof.Key, proof.Body.Span, out string what)
        ? Judge(proof, new FaultFinding(FaultKind.Claim, proof.Index, what))
        : NotProven(proof, what);

    // Scalars and responses under salt are told by leaves of the accused's claim, where the body opens some.
    private static bool TryTold(FaultProof proof, ulong start, Digest run, ref ProvenRecords records)
    {
        OpenedOutputs? outputs;
        if (proof.Kind == FaultKind.Value)
        {
            outputs = ValueBody.TryParse(proof.Body.Span, out ValueBody? body) ? body.Outputs : null;
        }
        else if (proof.Body.IsEmpty)
        {
            return true;
        }
        else
        {
            outputs = OpenedOutputs.TryParse(proof.Body.Span, out OpenedOutputs? alone) ? alone : null;
        }

        if (outputs is null || !outputs.IsSigned(proof.Key, run))
        {
            return false;
        }

        records = outputs.Tell(records, start);
        return true;
    }

    private static FaultReport WithValues(FaultProof proof, VerifiedModule module, IRunFlow? flow)
    {
        if (flow is null)
        {
            return NotProven(proof, "the records shown don't tell which way the run went");
        }

        return ValueProof.TryCheck(module, flow, proof.Index, proof.Records, proof.Key, proof.Body.Span, out string what)
            ? Judge(proof, new FaultFinding(FaultKind.Value, proof.Index, what))
            : NotProven(proof, what);
    }

    private static FaultReport Judge(FaultProof proof, FaultFinding finding) => finding.Index == proof.Index && finding.Kind == proof.Kind
        ? new FaultReport(FaultVerdict.Proven, proof.Key.Name, finding, FormattableString.Invariant($"Record {finding.Index} of {proof.Key.Name} is wrong: {finding.What}."))
        : NotProven(proof, FormattableString.Invariant($"what is wrong is another thing than it says: record {finding.Index}, {finding.Kind}"));

    private static FaultReport NotProven(FaultProof proof, string why) => new(FaultVerdict.NotProven, proof.Key.Name, null, $"Nothing is proven: {why}.");

    private static FaultReport Malformed(string why) => new(FaultVerdict.Malformed, "", null, $"No fault proof: {why}.");
}

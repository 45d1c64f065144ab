using System.Globalization;
using PomIsa.Audit.Projecting;
using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Audit;

/// <summary>The outcome of an audit.</summary>
/// <param name="Report">The verdict.</param>
/// <param name="Tested">Products tested by projection.</param>
/// <param name="Computed">Quantized products computed again.</param>
/// <param name="IsReplay">There were no openings, so that every product was computed again.</param>
public readonly record struct AuditReport(ReplayReport Report, long Tested, long Computed, bool IsReplay = false);

/// <summary>Computes a run again but for its quantized products, whose sums are opened by whoever ran it and tested by random projection; every commitment is compared. Spec: spec/evidence.md, chapter 9.</summary>
public static class ProjectionAudit
{
    /// <summary>Rows from which the test of a product costs less than the product.</summary>
    internal const int Fewest = 48;

    /// <summary>Audits one run.</summary>
    /// <param name="program">The program with its attested weights.</param>
    /// <param name="request">The prompt and salt that the run claims.</param>
    /// <param name="entries">The run's records in order, the opening one first; anyone's bytes. The checkpoint covers all of them.</param>
    /// <param name="openings">Path of the run's openings; anyone's bytes. Where there is no such file the products are computed again, at the cost of a replay.</param>
    /// <param name="checkpoint">SHA-256 of the checkpoint's text.</param>
    /// <param name="seed">Drawn when the openings were there, or what they give themselves.</param>
    /// <param name="pool">Threads to use.</param>
    public static AuditReport Verify(BoundProgram program, RunRequest request, EntryList entries, string openings, Digest checkpoint, AuditSeed seed, WorkerPool pool) =>
        Verify(program, request, entries, openings, checkpoint, seed, pool, Fewest);

    /// <summary>The same of a run that was planned before the weights were there.</summary>
    /// <param name="program">The program with its attested weights.</param>
    /// <param name="plan">The run and its openings, planned for this program's module.</param>
    /// <param name="checkpoint">SHA-256 of the checkpoint's text.</param>
    /// <param name="seed">Drawn when the openings were there, or what they give themselves.</param>
    /// <param name="pool">Threads to use.</param>
    public static AuditReport Verify(BoundProgram program, AuditPlan plan, Digest checkpoint, AuditSeed seed, WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Verify(program, plan, checkpoint, seed, pool, Fewest);
    }

    internal static AuditReport Verify(
        BoundProgram program, RunRequest request, EntryList entries, string openings, Digest checkpoint, AuditSeed seed, WorkerPool pool, int fewest)
    {
        ArgumentNullException.ThrowIfNull(program);
        using var plan = AuditPlan.Of(RunPlan.Of(program.Module, request, entries), openings);
        return Verify(program, plan, checkpoint, seed, pool, fewest);
    }

    private static AuditReport Verify(BoundProgram program, AuditPlan plan, Digest checkpoint, AuditSeed seed, WorkerPool pool, int fewest)
    {
        EntryList entries = plan.Run.Entries;
        if (plan.Fault is { } fault)
        {
            return new AuditReport(new ReplayReport(Verdict.Unverifiable, 0, null, $"An audit needs the run's openings, {plan.Path}: {fault}. Make a run with --openings, or verify it by replay."), 0, 0);
        }

        if (plan.Openings is not { } file)
        {
            return new AuditReport(Replay.Verify(program, plan.Run, pool), 0, Products(entries), IsReplay: entries.Count > 0);
        }

        OpenedProducts? source = null;
        WideOptions options = Options(file, checkpoint, Digest.Of(entries[0]), seed, pool, fewest, made => source = made);
        ReplayReport? report;
        try
        {
            report = Replay.Verify(program, plan.Run, pool, options);
        }
        finally
        {
            source?.Dispose();
        }

        if (source?.Missing is { } missing)
        {
            return new AuditReport(new ReplayReport(Verdict.Unverifiable, 0, null, string.Create(CultureInfo.InvariantCulture, $"The openings don't open this run: {missing}.")), source.Tested, source.Computed);
        }

        if (report is { Verdict: Verdict.Accept })
        {
            return new AuditReport(report, source?.Tested ?? 0, source?.Computed ?? 0);
        }

        // Something is wrong, or the run is not one that goes wide. A replay names what it is, and needs no openings.
        ReplayReport replayed = Replay.Verify(program, plan.Run, pool);
        bool lies = replayed.Verdict == Verdict.Accept && (report is not null || source is { Failed: true });
        return new AuditReport(
            lies ? new ReplayReport(Verdict.Unverifiable, replayed.Compared, null, "The openings are not those of this run's log. The log itself follows from the program, the weights and the prompt, as a replay has found.") : replayed,
            0,
            0);
    }

    internal static WideOptions Options(OpeningFile file, Digest checkpoint, Digest run, AuditSeed seed, WorkerPool pool, int fewest, Action<OpenedProducts> made) => new()
    {
        WideOnly = true,
        Products = (step, classes, calls, parts) =>
        {
            Digest drawn = seed.Bytes(file, pool);
            var source = new OpenedProducts(step, classes, calls, parts, file, new ProductTest(pool, rows => Challenge.Rows(checkpoint, run, drawn, rows)), fewest);
            made(source);
            return source;
        },
    };

    private static long Products(EntryList entries)
    {
        long products = 0;
        foreach (ReadOnlySpan<byte> entry in entries)
        {
            products += IsProduct(entry) ? 1 : 0;
        }

        return products;
    }

    private static bool IsProduct(ReadOnlySpan<byte> entry) =>
        Record.TryDecode(entry, out Record record, out _) && record is Retire { Head.Opcode: <= byte.MaxValue } retire
        && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row) && (row.RecordsProduct || row.Code == Opcode.MatMulI8);
}

using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Audit;

/// <summary>A run that is to be verified, and all that can be told of it before the weights are there: what its first record declares, and how it goes wide.</summary>
public sealed class RunPlan
{
    private RunPlan(RunRequest request, EntryList entries, ReplayReport? refused, WidePlan? wide) =>
        (Request, Entries, Refused, Wide) = (request, entries, refused, wide);

    /// <summary>The prompt and salt that the run claims; sampling and privacy as its first record declares them.</summary>
    internal RunRequest Request { get; }

    /// <summary>The run's records.</summary>
    internal EntryList Entries { get; }

    /// <summary>What it is refused for; null where it is to be computed.</summary>
    internal ReplayReport? Refused { get; }

    /// <summary>How it goes wide; null where it is computed step by step.</summary>
    internal WidePlan? Wide { get; }

    /// <summary>Plans a run.</summary>
    /// <param name="module">The program, which was verified.</param>
    /// <param name="request">The prompt and salt that the run claims.</param>
    /// <param name="entries">The run's records in order, the opening one first; anyone's bytes. They must outlive the plan.</param>
    /// <param name="narrow">Whether every step is executed by itself also where many could go through one; the report is the same.</param>
    public static RunPlan Of(Module module, RunRequest request, EntryList entries, bool narrow = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
        {
            return Refuse("The log holds no record of this run.");
        }

        // How tokens are drawn, and what is private, is the run's own choice, which its first record declares.
        if (Record.TryDecode(entries[0], out Record first, out _) && first is RunOpen declared)
        {
            if (SecretMissing(declared, request.Privacy) is { } missing)
            {
                return Refuse(missing);
            }

            request = request with { Sampling = declared.Sampling, Privacy = declared.Private is { } terms ? request.Privacy! with { Mode = terms.Mode } : null };
        }

        return new RunPlan(request, entries, null, narrow ? null : WidePlan.TryMake(module, request, entries));

        RunPlan Refuse(string text) => new(request, entries, new ReplayReport(Verdict.Unverifiable, 0, null, text), null);
    }

    private static string? SecretMissing(RunOpen declared, RunPrivacy? told) => declared.Private is not { } terms ? null
        : told is null ? "The run is private, and its secret is missing: without it no record can be computed again."
        : told.Secret.Check != terms.Check ? "The run is private, and the secret that was given is another run's."
        : null;
}

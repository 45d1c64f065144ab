using System.Diagnostics;
using System.Globalization;
using PomIsa.Audit;
using PomIsa.Cli.Keeping;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Runs;

/// <summary>Verifies a run folder from its public parts alone: key, manifest, log, module, and the weights in a store.</summary>
/// <remarks>It keeps what it used until its verdict has been told: weights, log and openings are hundreds of megabytes, which the system takes long to take back.</remarks>
internal sealed class Observer : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private readonly string _folder;
    private readonly ObserverRequest _request;
    private TimeSpan _loading;
    private (long Tested, long Computed) _products;
    private bool _hasNoOpenings;

    private Observer(string folder, ObserverRequest request) => (_folder, _request) = (folder, request);

    /// <summary>Verifies by replay.</summary>
    public static Observation Verify(string folder, string store, int threads, Action<ulong>? progress = null) =>
        Verify(folder, new ObserverRequest(Level.Replay, store, threads) { Progress = progress });

    /// <summary>Verifies a run's folder, or, by signature, a log's tiles in a folder or behind a URL.</summary>
    /// <param name="where">The folder or URL.</param>
    /// <param name="request">How.</param>
    /// <param name="tell">Given what comes out as soon as it is there.</param>
    public static Observation Verify(string where, ObserverRequest request, Action<Observation>? tell = null)
    {
        long start = Stopwatch.GetTimestamp();
        using var observer = new Observer(where, request);
        bool isRun = File.Exists(Path.Combine(where, RunDescription.FileName));
        Observation seen = isRun ? observer.OfRun() : OfTiles(where, request);
        seen = LevelText.Complete(seen with
        {
            Level = request.Level,
            Seconds = (Stopwatch.GetElapsedTime(start) - observer._loading).TotalSeconds,
            LoadSeconds = observer._loading.TotalSeconds,
            Products = observer._products,
            Seed = observer._products.Tested > 0 ? request.AuditSeed : null,
            LacksOpenings = observer._hasNoOpenings,
        }, request);
        tell?.Invoke(seen);
        return seen;
    }

    /// <summary>Gives back what it used.</summary>
    public void Dispose()
    {
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            _held[i].Dispose();
        }
    }

    private T Hold<T>(T one)
        where T : class, IDisposable
    {
        _held.Add(one);
        return one;
    }

    private static Observation OfTiles(string where, ObserverRequest request)
    {
        if (!where.Contains("://", StringComparison.Ordinal) && !Directory.Exists(Path.Combine(where, "tile")))
        {
            throw CliException.Usage($"{where} is no run folder: it holds no {RunDescription.FileName}. Nor does it hold a log's tiles.");
        }

        return request.Level == Level.Signature
            ? SignedLog.OfTiles(where, request.Key)
            : SignedLog.Nothing(Verdict.Unverifiable, "Tiles hold records alone: program, weights and prompt are missing. Verify them with --level signature, or verify the run's folder.");
    }

    private Observation OfRun()
    {
        try
        {
            return OfRun(RunDescription.Load(_folder));
        }
        catch (InvalidDataException e)
        {
            return SignedLog.Nothing(Verdict.Malformed, e.Message);
        }
    }

    private Observation OfRun(RunDescription claim)
    {
        bool isKept = KeptRun.Is(_folder), computes = _request.Level != Level.Signature && !isKept && Directory.Exists(RunFolder.LogPath(_folder));
        LoadingProgram? loading = computes ? Hold(LoadingProgram.Start(claim, _folder, _request.Store)) : null;
        if (!SignedLog.TryOpenCheckpoint(_folder, _request.Key, out Checkpoint checkpoint, out Observation refused))
        {
            return refused;
        }

        if (isKept)
        {
            Observation ofRoots = KeptObserver.Verify(claim, _folder, checkpoint, _request, out EntryList kept);
            return Told(ofRoots, claim, checkpoint, Hold(kept));
        }

        WorkerPool pool = Hold(new WorkerPool(_request.Threads));
        if (!SignedLog.TryRead(_folder, pool, out EntryList? read, out Digest root, out refused))
        {
            return refused.Where is null || loading is null ? refused : Locate(refused, claim, loading, pool);
        }

        EntryList entries = Hold(read);
        bool sound = LogCheck.Verify(entries, checkpoint, root, pool, out LogCheckFault fault);
        if (sound && (ulong)entries.Count > checkpoint.Size)
        {
            return Told(Unsigned((ulong)entries.Count, checkpoint.Size), claim, checkpoint, entries);
        }

        Observation seen = loading is not null ? Compute(claim, entries, checkpoint, loading, pool)
            : new Observation(Verdict.Accept, "", (ulong)entries.Count, 0, null, null);
        if (!sound)
        {
            // The signature already refuses the log; the replay adds where it begins to lie, if it can.
            Verdict verdict = fault.Code == LogCheckCode.Malformed ? Verdict.Malformed : Verdict.Reject;
            string text = seen.First is null ? fault.ToString() : $"{fault} {seen.Text}";
            seen = new Observation(verdict, text, (ulong)entries.Count, seen.Compared, seen.First, $"entry {fault.Index}");
        }

        return Told(seen, claim, checkpoint, entries);
    }

    // The key answers for what it signed, and for nothing that anybody may have written behind that.
    private static Observation Unsigned(ulong size, ulong signed) => new(
        Verdict.Unverifiable,
        string.Create(CultureInfo.InvariantCulture, $"The checkpoint covers {signed} of the log's {size} records; nobody signed the {size - signed} behind them. Go on with the run, or close it: then its log is signed."),
        size, 0, null, string.Create(CultureInfo.InvariantCulture, $"entry {signed}"));

    // Which runs they are is read from the log: what run.json calls them nobody signed.
    private static Observation Told(Observation seen, RunDescription claim, Checkpoint checkpoint, EntryList entries) => seen with
    {
        Checkpoint = SignedLog.DigestOf(checkpoint),
        HasWeights = Digest.Parse(claim.Weights) != default,
        Runs = SignedLog.RunsOf(entries.Slice(0, (int)Math.Min(checkpoint.Size, (ulong)entries.Count))),
        GenerationSeconds = Seconds(claim),
    };

    private static double? Seconds(RunDescription claim)
    {
        double? sum = 0;
        foreach (RunEntry run in claim.Runs)
        {
            sum += run.Seconds;
        }

        return sum;
    }

    // The log's files were changed behind its back and it does not open. Where, only a replay can tell.
    private Observation Locate(Observation refused, RunDescription claim, LoadingProgram loading, WorkerPool pool)
    {
        if (!loading.TryVerify(out VerifiedModule? module, out _) || !loading.TryAwait(module, out BoundProgram? program, out _))
        {
            return refused;
        }

        return Salvage.FirstDamaged(RunFolder.LogPath(_folder), program, claim.Runs.Select(static run => run.ToRequest()), pool) is { } found
            ? refused with { Text = $"{refused.Text} Entry {found.Index} is the first that was changed. {found.Report.Text}", First = found.Report.First, Compared = found.Index, Where = $"entry {found.Index}" }
            : refused;
    }

    private Observation Compute(RunDescription claim, EntryList entries, Checkpoint checkpoint, LoadingProgram loading, WorkerPool pool)
    {
        long start = Stopwatch.GetTimestamp();
        bool isThere = loading.TryVerify(out VerifiedModule? module, out string why);
        _loading = Stopwatch.GetElapsedTime(start);
        if (!isThere)
        {
            return SignedLog.Nothing(Verdict.Unverifiable, why);
        }

        // What can be told of the first run, mostly the only one, is told before the weights are there.
        RunCheck? first = claim.Runs.Length > 0 && RunCheck.Accounts(claim.Runs[0], 0, entries) ? Hold(RunCheck.Plan(module!.Module, claim.Runs[0], entries, _folder, _request.Level)) : null;
        start = Stopwatch.GetTimestamp();
        bool bound = loading.TryAwait(module!, out BoundProgram? program, out why);
        _loading += Stopwatch.GetElapsedTime(start);
        return bound ? Compute(claim, entries, checkpoint, program!, first, pool) : SignedLog.Nothing(Verdict.Unverifiable, why);
    }

    private Observation Compute(RunDescription claim, EntryList entries, Checkpoint checkpoint, BoundProgram program, RunCheck? first, WorkerPool pool)
    {
        Digest signed = SignedLog.DigestOf(checkpoint);
        SortedSet<ulong>? drawn = _request.Level == Level.Spot && entries.Count > 0
            ? SpotDraw.Of(_request.Seed is { } seed ? Digest.Of(System.Text.Encoding.UTF8.GetBytes(seed)) : signed, (ulong)entries.Count, _request.Samples)
            : null;
        ulong compared = 0, at = 0;
        for (int i = 0; i < claim.Runs.Length; i++)
        {
            RunEntry run = claim.Runs[i];
            if (!RunCheck.Accounts(run, at, entries))
            {
                return new Observation(
                    Verdict.Reject, $"run.json says that run {run.Run[..8]} has {run.Records} records from {run.FirstIndex}; the log does not.", (ulong)entries.Count, compared, null, $"entry {at}");
            }

            using RunCheck? later = i == 0 ? null : RunCheck.Plan(program.Module, run, entries, _folder, _request.Level);
            RunCheck check = later ?? first!;
            ReplayReport report = check.Verify(program, drawn, signed, _request.AuditSeed, pool);
            _products = (_products.Tested + check.Products.Tested, _products.Computed + check.Products.Computed);
            _hasNoOpenings |= check.LacksOpenings;
            compared += report.Compared;
            _request.Progress?.Invoke(compared);
            if (report.Verdict != Verdict.Accept)
            {
                return new Observation(
                    report.Verdict, report.Text, (ulong)entries.Count, compared, report.First, string.Create(CultureInfo.InvariantCulture, $"entry {at + (report.First?.Sequence ?? report.Compared)}"));
            }

            at += run.Records;
        }

        return at == (ulong)entries.Count
            ? new Observation(Verdict.Accept, $"{LevelText.Accepted(_request.Level, compared)}{Early(claim)}", at, compared, null, null)
            : new Observation(Verdict.Reject, $"The log has {entries.Count} records; its runs account for {at}.", (ulong)entries.Count, compared, null, $"entry {at}");
    }

    private static string Early(RunDescription claim) => claim.Runs.Count(static run => run.StoppedAfter is not null) switch
    {
        0 => "",
        1 when claim.Runs.Length == 1 => " The run was ended early; up to there it is whole.",
        int some => string.Create(CultureInfo.InvariantCulture, $" Of the runs {some} ended early; up to there they are whole."),
    };
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using PomIsa.Chain.Blocks;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Pressure;
using PomIsa.Chain.Trigger;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Cli.Demo;

/// <summary>The main job: votes press, an event fires, the machine condenses, its records are minted, pressure falls.</summary>
internal sealed class DemoRun : IDisposable
{
    private readonly ModelFolder _model;
    private readonly DataFolder _data;
    private readonly ImmutableArray<Vote> _votes;
    private readonly VerifiedModule _program;
    private readonly PublisherPublicKey _publisher;
    private readonly Manifest _manifest;
    private readonly RunFolder _folder;
    private readonly DevChain _chain;
    private readonly WorkerPool _pool;
    private BoundProgram? _machine;
    private ulong _recordedBefore;

    public DemoRun(ModelFolder model, string track, DataFolder data, int threads)
    {
        (_model, _data) = (model, data);
        byte[] stream = File.ReadAllBytes(model.VotesPath);
        if (!VoteStream.TryParse(stream, out _votes, out VoteFault fault))
        {
            throw CliException.Refused($"{Path.GetRelativePath(".", model.VotesPath)}, {fault}.");
        }

        _program = model.Program(track);
        _publisher = PublisherPublicKey.Load(model.PublisherPath);
        _manifest = model.OpenManifest(track, _publisher);
        data.Create();
        using (ShardStore store = data.OpenStore())
        {
            model.EnsureImported(track, store, _publisher, _manifest);
        }

        Bounds b = _program.Bounds;
        var registration = new Registration(
            _program.Module.ProgramDigest(), _manifest.RootDigest, new Resources(b.Retires, b.MultiplyAdds, b.ArenaBytes, b.StateBytes, b.EvidenceBytes));
        _chain = new DevChain(Parameters, ProgramRegistry.Empty.With(EventKind.GovernancePressure, registration));
        var claim = new RunDescription
        {
            Kind = "demo",
            Program = registration.Program.ToString(),
            Weights = registration.Manifest.ToString(),
            Votes = Digest.Of(stream).ToString(),
            Salt = "",
        };
        string signature = Path.Combine(model.Weights(track), Manifest.FileName);
        _folder = RunFolder.Begin(data, claim, _program.Module, (signature, model.PublisherPath), resume: true);
        _recordedBefore = _folder.Log.RecoveredSize;
        _pool = new WorkerPool(threads);
        View = NewView();
    }

    /// <summary>A small state, so that a surge of votes fills it; two votes a prompt, which is what the model is made for.</summary>
    public static ChainParameters Parameters { get; } = new()
    {
        StateBytes = 64 * 1024,
        RecordsPerPrompt = Training.Corpus.VoteWindow.PromptProposals,
        CyclesPerBlock = 2,
        Pressure = new PressureParameters { ReleaseShare = Q32.Permille(900) },
    };

    public DemoView View { get; }

    public string Folder => _folder.Path;

    public ChainState Chain => _chain.State;

    public Digest Head => _chain.Head;

    /// <summary>Takes all blocks; leaves the log closed and its checkpoint signed.</summary>
    public void TakeBlocks(IDemoScreen screen, CancellationToken stop)
    {
        screen.Tell(View, $"{View.Program}\n{View.Bounds}\n{View.Weights}");
        if (View.Resumed.Length > 0)
        {
            screen.Tell(View, View.Resumed);
        }

        for (long height = 1; height <= View.BlocksTotal; height++)
        {
            stop.ThrowIfCancellationRequested();
            BlockResult result = _chain.Apply([.. _votes.Where(v => v.Height == height).Select(static v => v.Record)]);
            View.Add(result.Block);
            screen.Tick(View);
            if (result.Block.Threshold.Phase == Phase.Crossed)
            {
                LoadMachine(result.Orders, screen);
            }

            foreach (CycleOrder order in result.Orders)
            {
                Condense(order, result.Block.Threshold, screen, stop);
            }
        }

        Finish(screen);
    }

    /// <summary>Verifies what is on disk as someone would who was given nothing else.</summary>
    public Observation Observe(IDemoScreen screen, int threads)
    {
        View.Observer = "replaying the log …";
        screen.Tell(View, "observer: holds the log's public key, the manifest, the module and the log; replays");
        Observation seen = Observer.Verify(_folder.Path, _data.Store, threads, compared =>
        {
            View.Observer = string.Create(CultureInfo.InvariantCulture, $"replaying the log … {compared:N0} of {View.Minted:N0} records");
            screen.Tick(View);
        });
        View.Accepted = seen.Verdict == Audit.Verdict.Accept;
        View.Observer = $"{seen.Verdict.ToString().ToUpperInvariant()}: {seen.Text}";
        screen.Tell(View, "observer: " + View.Observer);
        return seen;
    }

    public void Dispose()
    {
        _machine?.Dispose();
        _pool.Dispose();
        _publisher.Dispose();
        _folder.Dispose();
    }

    // The event instantiates the machine: every time from the store, signature and every chunk checked.
    private void LoadMachine(ImmutableArray<CycleOrder> orders, IDemoScreen screen)
    {
        _machine?.Dispose();
        _machine = null;
        using ShardStore store = _data.OpenStoreOf(_manifest.RootDigest);
        _machine = ModelFolder.Bind(_program, store, _manifest, _publisher);
        if (!orders.IsEmpty && (orders[0].Registration.Program != _machine.ProgramDigest || orders[0].Registration.Manifest != _machine.WeightsDigest))
        {
            throw CliException.Refused("The loaded program and weights are not the ones that the chain registered for this event.");
        }

        View.Loaded = string.Create(
            CultureInfo.InvariantCulture,
            $"{_manifest.Name} {_manifest.RootDigest.Short}: {_manifest.Files.Count(static f => f.HoldsTensors)} shards, {_manifest.TotalLength:N0} bytes from the store · publisher's signature and {_manifest.Resources.Length} chunk hashes verified");
        screen.Tell(View, View.Loaded);
    }

    private void Condense(CycleOrder order, ThresholdReading threshold, IDemoScreen screen, CancellationToken stop)
    {
        (View.Votes, View.Summary, View.Relief) = (order.Records, "", "");
        View.Event = string.Create(
            CultureInfo.InvariantCulture,
            $"block {order.Event.Height}: pressure {order.Event.Pressure} {(threshold.Phase == Phase.Crossed ? $"reached the threshold {threshold.Threshold}" : $"has not fallen below {threshold.Release}")}, so cycle {View.Cycles + 1} condenses {order.Records.Length} votes");
        var text = new TokenText(_model.Tokenizer);
        ulong before = View.Minted;
        TimeSpan shown = TimeSpan.Zero;
        var request = new RunRequest
        {
            Prompt = _model.Tokenizer.EncodePrompt(order.Prompt),
            Salt = [.. order.Digest.ToArray()], // the prompt is chain state, which nothing hides, and every node must mint the same records
            Trigger = order.Digest,
            Stop = stop,
            OnToken = token =>
            {
                long start = Stopwatch.GetTimestamp();
                View.Summary += text.Add(token);
                View.Tokens++;
                screen.Tick(View);
                shown += Stopwatch.GetElapsedTime(start);
            },
        };
        if (!AttestedRun.TryExecute(_machine!, request, _folder.Log, _pool, out RunOutcome? outcome, out MachineFault fault))
        {
            stop.ThrowIfCancellationRequested();
            throw CliException.Refused($"The machine ended early: {fault.Describe(_program.Module)}");
        }

        MintedRun minted = MintedRun.Read(_folder.Log, outcome);
        string response = _model.Tokenizer.Decode(minted.Emitted);
        if (!_chain.TryCondense(order, outcome.RunId, Encoding.UTF8.GetBytes(response), minted.Mints, out Relief relief, out ReliefFault refused))
        {
            throw CliException.Refused($"The chain refused the response: {refused.Code}{(refused.Code == ReliefFaultCode.MintRefused ? $" ({refused.Mint.Code} at {refused.Mint.Sequence})" : "")}.");
        }

        Count(order, outcome with { Elapsed = outcome.Elapsed - shown }, relief, response);
        _folder.Add(new RunEntry
        {
            Run = outcome.RunId.ToString(),
            FirstIndex = outcome.FirstIndex,
            Records = outcome.Records,
            Trigger = order.Digest.ToString(),
            Salt = Convert.ToHexStringLower([.. request.Salt]),
            Prompt = request.Prompt,
            PromptText = order.Prompt,
            Response = response,
            Seconds = (outcome.Elapsed - shown).TotalSeconds,
        });
        screen.Tell(View, string.Create(
            CultureInfo.InvariantCulture,
            $"{View.Event}\n  {outcome.Tokens.Length} tokens, {View.Minted - before:N0} records minted, pressure {relief.Before.Pressure} → {relief.After.Pressure}"));
    }

    private void Count(CycleOrder order, RunOutcome outcome, Relief relief, string response)
    {
        View.Cycles++;
        View.Summary = response;
        View.Condensed += order.Records.Length;
        View.FreedBytes += relief.FreedBytes;
        View.Retired += outcome.Retired;
        View.Minted = _chain.State.MintCount;
        View.RunTime += outcome.Elapsed;
        View.EvidenceTime += outcome.EvidenceTime;
        View.Relief = string.Create(
            CultureInfo.InvariantCulture,
            $"pressure {relief.Before.Pressure} → {relief.After.Pressure}; so far {View.Condensed} votes condensed into {View.Cycles} summaries, {View.FreedBytes:N0} bytes freed, commitments kept");
    }

    private void Finish(IDemoScreen screen)
    {
        if (_chain.State.MintCount != _folder.Log.Size)
        {
            throw CliException.Refused($"The ledger has {_chain.State.MintCount} mints and the log {_folder.Log.Size} records; they must be equal.");
        }

        _folder.Finish();
        View.Checkpoint = string.Create(
            CultureInfo.InvariantCulture, $"{_folder.Origin}, size {_folder.Log.Size}, root {Convert.ToBase64String(_folder.Log.Root.ToArray())}, signed Ed25519");
        screen.Tell(View, "checkpoint " + View.Checkpoint);
        _machine?.Dispose();
        _machine = null;
        _folder.Log.Dispose();
    }

    private DemoView NewView() => new()
    {
        Folder = Path.GetRelativePath(".", _folder.Path),
        BlocksTotal = (int)_votes[^1].Height,
        Program = $"{_model.Name} {_program.Module.ProgramDigest().Short}, registered for governance pressure; {_votes.Length} votes in {_votes[^1].Height} blocks",
        Bounds = string.Create(
            CultureInfo.InvariantCulture,
            $"verified before it runs: at most {_program.Bounds.Retires:N0} opcodes, {_program.Bounds.MultiplyAdds / 1e9:F1} G multiply-adds, {(_program.Bounds.ArenaBytes + _program.Bounds.StateBytes) / 1e6:F1} MB, {_program.Bounds.EvidenceBytes / 1e6:F1} MB of evidence a run"),
        Weights = $"{_manifest.Name} {_manifest.RootDigest.Short}, in the store, not loaded yet",
        Resumed = _recordedBefore > 0
            ? string.Create(CultureInfo.InvariantCulture, $"this run was cut off; the {_recordedBefore:N0} records that it minted stand, and none is minted again")
            : "",
    };
}

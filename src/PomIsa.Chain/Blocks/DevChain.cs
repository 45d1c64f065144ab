using System.Collections.Immutable;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Mints;
using PomIsa.Chain.Pressure;
using PomIsa.Chain.Trigger;
using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Blocks;

/// <summary>What applying a block gave: the block, and the runs that it asks for.</summary>
/// <param name="Hash">The block's hash.</param>
/// <param name="Orders">Cycles to run, in order; condense or abandon each.</param>
/// <param name="Refusal">Why no further cycle was ordered, when bounds were the reason.</param>
public readonly record struct BlockResult(Block Block, Digest Hash, ImmutableArray<CycleOrder> Orders, AdmissionFault Refusal);

/// <summary>The embedded development chain: one process, one validator, nothing stored.</summary>
/// <remarks>
/// Blocks and reliefs in, events and orders out. The same calls in the same order give the same block hashes; nothing else
/// has an influence. Not for use from several threads at once. Spec: spec/chain.md.
/// </remarks>
public sealed class DevChain
{
    private readonly ChainParameters _parameters;
    private readonly ProgramRegistry _programs;
    private readonly Dictionary<Digest, OpenOrder> _open = [];
    private readonly HashSet<Digest> _runs = [];
    private readonly List<Digest> _reliefs = [];

    /// <exception cref="ArgumentException">The parameters contradict each other.</exception>
    public DevChain(ChainParameters parameters, ProgramRegistry programs)
    {
        parameters.Validate();
        (_parameters, _programs) = (parameters, programs);
        State = new ChainState(parameters);
        Head = parameters.Genesis(programs);
    }

    /// <summary>Height of the last block; 0 before the first.</summary>
    public long Height { get; private set; }

    /// <summary>Hash of the last block; of the genesis before the first.</summary>
    public Digest Head { get; private set; }

    public ChainState State { get; }

    /// <summary>Orders neither condensed nor abandoned yet.</summary>
    public int OpenOrders => _open.Count;

    /// <summary>Makes the next block out of these records and whatever was minted and condensed since the last.</summary>
    /// <exception cref="ArgumentException">A record breaks a rule, or its id is on the chain. Nothing has changed then.</exception>
    public BlockResult Apply(IReadOnlyList<ProposalRecord> records)
    {
        Check(records);
        long height = checked(Height + 1);
        if (height > 1)
        {
            State.Gauge.Learn(State.LastBlockBytes);
        }

        if (height % _parameters.EpochBlocks == 0)
        {
            State.Admission.BeginEpoch();
        }

        long bytes = 0;
        for (int i = 0; i < records.Count; i++)
        {
            bytes = checked(bytes + State.Governance.Add(records[i], height, i));
        }

        State.LastBlockBytes = bytes;
        PressureReading pressure = State.Pressure;
        ThresholdReading threshold = State.Threshold.Observe(pressure.Pressure);
        ImmutableArray<PressureEvent> events = threshold.Phase == Phase.Calm
            ? []
            : [new PressureEvent(height, Head, EventKind.GovernancePressure, threshold.Phase, pressure.Pressure, threshold.Threshold)];
        AdmissionFault refusal = default;
        ImmutableArray<CycleOrder> orders = threshold.Phase is Phase.Crossed or Phase.Sustained ? Order(events[0], out refusal) : [];
        var block = new Block
        {
            Height = height,
            Parent = Head,
            RecordsRoot = Merkle.Root([.. records.Select(ProposalEncoding.Commitment)]),
            MintRoot = State.Ledger.BlockRoot,
            ReliefRoot = Merkle.Root([.. _reliefs]),
            StateRoot = State.Root,
            Pressure = pressure,
            Threshold = threshold,
            Events = events,
        };
        State.Ledger.BeginBlock();
        _reliefs.Clear();
        (Height, Head) = (height, block.Hash);
        return new BlockResult(block, Head, orders, refusal);
    }

    /// <summary>Mints records of an order's run while it goes on; all of <paramref name="mints"/> or none.</summary>
    public bool TryMint(CycleOrder order, Digest run, ReadOnlySpan<MintEntry> mints, out ReliefFault fault)
    {
        fault = new ReliefFault(Bind(order, run));
        if (fault.Code != ReliefFaultCode.None)
        {
            return false;
        }

        if (!State.Ledger.TryMint(run, mints, out MintFault refused))
        {
            fault = new ReliefFault(ReliefFaultCode.MintRefused, refused);
            return false;
        }

        if (!mints.IsEmpty)
        {
            _open[order.Digest].Run = run;
            _runs.Add(run);
        }

        return true;
    }

    /// <summary>Ends an order: mints what is left, stores the response, prunes the records to their commitments.</summary>
    /// <param name="mints">Mints not yet given to <see cref="TryMint"/>, the response's last.</param>
    /// <returns>False, with nothing changed, when <paramref name="fault"/> stands in the way.</returns>
    public bool TryCondense(
        CycleOrder order,
        Digest run,
        ReadOnlyMemory<byte> response,
        ReadOnlySpan<MintEntry> mints,
        out Relief relief,
        out ReliefFault fault)
    {
        relief = default;
        ReliefFaultCode code = Bind(order, run);
        code = code != ReliefFaultCode.None ? code
            : response.IsEmpty ? ReliefFaultCode.ResponseEmpty
            : response.Length > _parameters.MaxResponseBytes ? ReliefFaultCode.ResponseTooLong
            : !State.HasRoomFor(response.Length) ? ReliefFaultCode.ResponsePoolFull
            : mints.IsEmpty && State.Ledger.Next(run) == 0 ? ReliefFaultCode.NothingMinted
            : ReliefFaultCode.None;
        if (code != ReliefFaultCode.None)
        {
            fault = new ReliefFault(code);
            return false;
        }

        if (!TryMint(order, run, mints, out fault))
        {
            return false;
        }

        PressureReading before = State.Pressure;
        long held = State.Governance.Bytes;
        byte[] text = response.ToArray();
        Digest digest = Digest.Of(text);
        State.Governance.Prune(order.Records);
        State.Store(new StoredResponse(order.Digest, run, digest, text));
        Close(order, run);
        _reliefs.Add(Merkle.LeafHash(new CanonicalWriter("relief.1"u8)
            .Hash(order.Digest).Hash(run).Hash(digest).U64(State.Ledger.Next(run)).Written));
        relief = new Relief(
            order.Digest, run, digest, order.Records.Length, held - State.Governance.Bytes, before, State.Pressure);
        return true;
    }

    /// <summary>Gives an order up: its records are pending again, its run can mint no more.</summary>
    /// <returns>False when the order is not open.</returns>
    public bool Abandon(CycleOrder order)
    {
        if (!IsOpen(order, out OpenOrder? open))
        {
            return false;
        }

        State.Governance.Mark(order.Records, ordered: false);
        Close(order, open.Run);
        _reliefs.Add(Merkle.LeafHash(new CanonicalWriter("abandon.1"u8).Hash(order.Digest).Hash(open.Run).Written));
        return true;
    }

    /// <summary>Applies a block and runs all that it orders; what the machine fails at, or the chain refuses, is abandoned.</summary>
    public BlockResult Drive(IReadOnlyList<ProposalRecord> records, CycleMachine machine)
    {
        BlockResult result = Apply(records);
        foreach (CycleOrder order in result.Orders)
        {
            if (!machine(order, out CycleOutcome outcome)
                || !TryCondense(order, outcome.Run, outcome.Response, outcome.Mints.Span, out _, out _))
            {
                Abandon(order);
            }
        }

        return result;
    }

    private void Check(IReadOnlyList<ProposalRecord> records)
    {
        var ids = new HashSet<long>();
        foreach (ProposalRecord record in records)
        {
            if (!ProposalRules.TryCheck(record, out VoteFault fault))
            {
                throw new ArgumentException(fault.ToString(), nameof(records));
            }

            if (State.Governance.Contains(record.Id) || !ids.Add(record.Id))
            {
                throw new ArgumentException($"Proposal {record.Id} is on the chain already.", nameof(records));
            }
        }
    }

    private ImmutableArray<CycleOrder> Order(PressureEvent cause, out AdmissionFault refusal)
    {
        refusal = default;
        if (!_programs.TryGet(cause.Kind, out Registration registration))
        {
            refusal = new AdmissionFault(AdmissionFaultCode.NoProgram, Resource.None, 0, 0);
            return [];
        }

        ImmutableArray<CycleOrder>.Builder orders = ImmutableArray.CreateBuilder<CycleOrder>();
        for (int index = 0; index < _parameters.CyclesPerBlock; index++)
        {
            ProposalRecord[] oldest = State.Governance.OldestFree(_parameters.RecordsPerPrompt);
            if (oldest.Length == 0 || !State.Admission.TryAdmit(registration.Bounds, out refusal))
            {
                break;
            }

            var order = new CycleOrder(cause, index, registration, [.. oldest]);
            State.Governance.Mark(oldest, ordered: true);
            _open.Add(order.Digest, new OpenOrder());
            orders.Add(order);
        }

        return orders.ToImmutable();
    }

    private bool IsOpen(CycleOrder order, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OpenOrder? open) =>
        _open.TryGetValue(order.Digest, out open);

    // An order has one run and a run has one order.
    private ReliefFaultCode Bind(CycleOrder order, Digest run) =>
        !IsOpen(order, out OpenOrder? open) ? ReliefFaultCode.OrderNotOpen
        : open.Run == run && !run.IsZero ? ReliefFaultCode.None
        : !open.Run.IsZero ? ReliefFaultCode.OtherRun
        : run.IsZero || _runs.Contains(run) ? ReliefFaultCode.RunTaken
        : ReliefFaultCode.None;

    private void Close(CycleOrder order, Digest run)
    {
        _open.Remove(order.Digest);
        State.Ledger.Seal(run);
        State.Admission.Free(order.Registration.Bounds);
    }

    private sealed class OpenOrder
    {
        /// <summary>The run that minted for this order; zero before its first mint.</summary>
        public Digest Run { get; set; }
    }
}

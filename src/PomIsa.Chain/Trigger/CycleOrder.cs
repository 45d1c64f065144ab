using System.Collections.Immutable;
using System.Text;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Mints;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Trigger;

/// <summary>One run that a block asks for: condense these records with this program.</summary>
/// <remarks>A function of chain state alone. Spec: spec/chain.md, chapter 6.</remarks>
public sealed class CycleOrder
{
    internal CycleOrder(PressureEvent cause, int index, Registration registration, ImmutableArray<ProposalRecord> records)
    {
        (Event, Index, Registration, Records) = (cause, index, registration, records);
        Prompt = SummaryPrompt.Of(records);
        CanonicalWriter bytes = new CanonicalWriter("order.1"u8)
            .Hash(cause.Digest)
            .U32(index)
            .Hash(registration.Program)
            .Hash(registration.Manifest)
            .Hash(Digest.Of(Encoding.UTF8.GetBytes(Prompt)))
            .U32(records.Length);
        foreach (ProposalRecord record in records)
        {
            bytes.Hash(ProposalEncoding.Commitment(record));
        }

        Digest = bytes.Digest;
    }

    /// <summary>The event that drives this cycle.</summary>
    public PressureEvent Event { get; }

    /// <summary>The cycle's number among those of its block, from 0.</summary>
    public int Index { get; }

    /// <summary>Program, weights and bounds.</summary>
    public Registration Registration { get; }

    /// <summary>The records to condense, oldest first.</summary>
    public ImmutableArray<ProposalRecord> Records { get; }

    /// <summary>What the machine reads.</summary>
    public string Prompt { get; }

    /// <summary>Binds a run to its event, and so to its block, and to what it condenses. No two orders of a chain share it.</summary>
    public Digest Digest { get; }
}

/// <summary>What a machine gives back for an order.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Response">The response's bytes.</param>
/// <param name="Mints">The run's mints that the chain has not seen yet, the response's last.</param>
public readonly record struct CycleOutcome(Digest Run, ReadOnlyMemory<byte> Response, ReadOnlyMemory<MintEntry> Mints);

/// <summary>The host's machine. False when the run failed: its records stay pending for a later cycle.</summary>
public delegate bool CycleMachine(CycleOrder order, out CycleOutcome outcome);

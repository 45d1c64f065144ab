using PomIsa.Chain.Blocks;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Mints;
using PomIsa.Chain.Pressure;
using PomIsa.Chain.Trigger;

namespace PomIsa.Chain.Tests;

/// <summary>A deterministic world: about 300 proposals over 100 blocks, calm with three surges.</summary>
internal static class SampleStream
{
    public const int Blocks = 100;

    private static readonly (int From, int To)[] Surges = [(28, 33), (55, 60), (80, 86)];

    private static readonly string[] Titles =
    [
        "Raise the block size for busy hours", "Fund the help desk", "Upgrade to the Kestrel release", "Admit Harbor-Labs as a validator",
        "Poll on open licences", "Lower the unbonding period after the spring outage", "A grant for light clients at last",
    ];

    public static bool InSurge(long height) => Array.Exists(Surges, surge => height >= surge.From && height < surge.To);

    public static ProposalRecord Record(long id, ulong bits)
    {
        var kind = (ProposalKind)(bits % 5);
        long yes = (long)(bits >> 8 & 0xfff), no = (long)(bits >> 20 & 0xfff), abstain = (long)(bits >> 32 & 0x1ff);
        long quorum = 500 + (long)(bits >> 41 & 0xfff);
        return new ProposalRecord
        {
            Id = id,
            Kind = kind,
            Title = Titles[(int)(bits >> 50 & 0xff) % Titles.Length],
            Name = kind == ProposalKind.Text ? "" : "max_block_kb",
            From = kind == ProposalKind.Parameter ? 512 : 0,
            To = kind == ProposalKind.Text ? 0 : 768,
            Yes = yes,
            No = no,
            Abstain = abstain,
            Quorum = quorum,
            Outcome = ProposalRules.OutcomeOf(yes, no, abstain, quorum),
        };
    }

    public static ProposalRecord[][] Whole(ulong seed = 1)
    {
        long id = 100;
        var blocks = new ProposalRecord[Blocks][];
        for (int i = 0; i < Blocks; i++)
        {
            ulong draw = Mix(ref seed);
            int count = InSurge(i + 1) ? 8 + (int)(draw % 7) : (int)(draw % 3);
            blocks[i] = new ProposalRecord[count];
            for (int j = 0; j < count; j++)
            {
                blocks[i][j] = Record(id++, Mix(ref seed));
            }
        }

        return blocks;
    }

    public static ProgramRegistry Programs(Resources? bounds = null) => ProgramRegistry.Empty.With(
        EventKind.GovernancePressure,
        new Registration(Digest.Of("program"u8), Digest.Of("manifest"u8), bounds ?? new Resources(1000, 1000, 1000, 1000, 1000)));

    public static DevChain Chain(ChainParameters? parameters = null) => new(parameters ?? new ChainParameters(), Programs());

    /// <summary>Stands in for the machine: a run of three records, its response a digest of the prompt.</summary>
    public static bool Machine(CycleOrder order, out CycleOutcome outcome)
    {
        outcome = new CycleOutcome(RunOf(order), System.Text.Encoding.UTF8.GetBytes($"summary {order.Digest}"), Mints(order, 0, 3));
        return true;
    }

    public static Digest RunOf(CycleOrder order) => Digest.Of([.. "run "u8, .. order.Digest.ToArray()]);

    public static MintEntry[] Mints(CycleOrder order, ulong from, ulong to)
    {
        var entries = new List<MintEntry>();
        for (ulong sequence = from; sequence < to; sequence++)
        {
            entries.Add(MintEntry.Of(sequence, [.. order.Digest.ToArray(), (byte)sequence]));
        }

        return [.. entries];
    }

    // SplitMix64: a few lines that give the same numbers on any runtime.
    public static ulong Mix(ref ulong state)
    {
        ulong z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}

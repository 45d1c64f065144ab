using PomIsa.Chain.Blocks;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Pressure;

namespace PomIsa.Cli.Demo;

/// <summary>One block on the curve.</summary>
internal readonly record struct CurvePoint(long Height, Q32 Pressure, Q32 Threshold, Phase Phase);

/// <summary>All that the demo has to show, as it grows. Screens read it, the demo writes it.</summary>
internal sealed class DemoView
{
    public required string Folder { get; init; }

    public required string Weights { get; init; }

    public required string Program { get; init; }

    public required string Bounds { get; init; }

    public required int BlocksTotal { get; init; }

    /// <summary>Tells that the run had begun before and was cut off.</summary>
    public string Resumed { get; set; } = "";

    public List<CurvePoint> Curve { get; } = [];

    /// <summary>What the machine checked when the last event instantiated it.</summary>
    public string Loaded { get; set; } = "";

    public string Event { get; set; } = "";

    public IReadOnlyList<ProposalRecord> Votes { get; set; } = [];

    public string Summary { get; set; } = "";

    public string Relief { get; set; } = "";

    public int Cycles { get; set; }

    public int Condensed { get; set; }

    public long FreedBytes { get; set; }

    public ulong Retired { get; set; }

    public ulong Minted { get; set; }

    public long Tokens { get; set; }

    public TimeSpan RunTime { get; set; }

    public TimeSpan EvidenceTime { get; set; }

    public string Checkpoint { get; set; } = "";

    public string Observer { get; set; } = "";

    public bool? Accepted { get; set; }

    public double TokensPerSecond => RunTime > TimeSpan.Zero ? Tokens / RunTime.TotalSeconds : 0;

    public double EvidenceShare => RunTime > TimeSpan.Zero ? EvidenceTime / RunTime : 0;

    public void Add(Block block) => Curve.Add(new CurvePoint(block.Height, block.Pressure.Pressure, block.Threshold.Threshold, block.Threshold.Phase));
}

/// <summary>Where the demo shows itself: a terminal, a plain text, or nowhere.</summary>
internal interface IDemoScreen
{
    /// <summary>Something small changed, such as a token.</summary>
    void Tick(DemoView view);

    /// <summary>Something that deserves a line happened.</summary>
    void Tell(DemoView view, string line);
}

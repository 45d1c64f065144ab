using System.Collections.Immutable;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Conformance.Report;

/// <summary>The cases of one opcode or topic, counted.</summary>
/// <param name="Group">Opcode or topic.</param>
/// <param name="ByExpectation">Cases by what they expect, in the order of <see cref="Expectation"/>.</param>
/// <param name="Passed">Cases of which every bit was right.</param>
public sealed record GroupCount(string Group, ImmutableArray<int> ByExpectation, int Passed)
{
    /// <summary>Cases: one assertion each.</summary>
    public int Assertions => ByExpectation.Sum();

    /// <summary>Cases of which some bit was wrong.</summary>
    public int Failed => Assertions - Passed;
}

/// <summary>What came of a run over vectors.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Version">The version of the instruction set that it says it has.</param>
/// <param name="Groups">Counts by opcode and topic, in the order in which they ran.</param>
/// <param name="Failures">The first failures.</param>
/// <param name="IsComplete">False where it was interrupted.</param>
public sealed record SuiteReport(
    string Machine, int Version, ImmutableArray<GroupCount> Groups, ImmutableArray<CaseResult> Failures, bool IsComplete)
{
    /// <summary>All together.</summary>
    public GroupCount Total => new(
        "all",
        [.. Enum.GetValues<Expectation>().Select(e => Groups.Sum(g => g.ByExpectation[(int)e]))],
        Groups.Sum(static g => g.Passed));
}

using System.Collections.Immutable;
using PomIsa.Evidence.Records;

namespace PomIsa.Machine;

/// <summary>What a run did.</summary>
/// <param name="RunId">Digest of its first record; zero for a run without evidence.</param>
/// <param name="FirstIndex">Index of its first record in the log.</param>
/// <param name="Records">Records of the run, the first and last included.</param>
/// <param name="RecordedBefore">How many of them the log held already: the run was cut off and has been taken up.</param>
/// <param name="Retired">Instructions executed.</param>
/// <param name="Tokens">The response.</param>
/// <param name="Response">Its digest.</param>
/// <param name="Elapsed">Time of the run; for display.</param>
/// <param name="EvidenceTime">
/// Time within it that the run's thread spent on commitments, records and the log. What other threads hash meanwhile is not in it;
/// what evidence costs in all is told by the same run without it.
/// </param>
/// <param name="PrefillTime">Time until the first token.</param>
/// <param name="ArenaBytes">Bytes of registers.</param>
/// <param name="StateBytes">Bytes of state.</param>
/// <param name="ScratchBytes">Bytes that kernels may take between their stages, at most. Quantized rows that are kept until they are hashed, of five products at most, are not all in it.</param>
public sealed record RunOutcome(
    Digest RunId,
    ulong FirstIndex,
    ulong Records,
    ulong RecordedBefore,
    ulong Retired,
    ImmutableArray<int> Tokens,
    Digest Response,
    TimeSpan Elapsed,
    TimeSpan EvidenceTime,
    TimeSpan PrefillTime,
    long ArenaBytes,
    long StateBytes,
    long ScratchBytes)
{
    /// <summary>Abandoned for a run that its host ended early.</summary>
    public RunStatus Status { get; init; } = RunStatus.Finished;

    /// <summary>Of a private run: the scalars of its records, in their order, which the log does not tell.</summary>
    public ImmutableArray<long> Scalars { get; init; } = [];

    /// <summary>What the program gave by <c>output</c>, by number; null where it gave nothing.</summary>
    public ImmutableArray<OutputTensor?> Outputs { get; init; } = [];
}

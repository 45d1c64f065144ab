using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Debugging.Tracing;

/// <summary>An operand of an instruction that retired.</summary>
/// <param name="Text">Its name or value as source writes it.</param>
/// <param name="Type">Element type and dimensions at that moment; empty where it is no tensor.</param>
public sealed record TracedOperand(string Text, string Type);

/// <summary>A tensor that an instruction wrote.</summary>
/// <param name="Name">The register.</param>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Commitment">The commitment to it (spec/evidence.md, chapter 2); no record holds it, but one of <c>output</c>.</param>
public sealed record TracedOutput(string Name, DType Element, ImmutableArray<int> Shape, Digest Commitment);

/// <summary>One instruction that retired.</summary>
public sealed record TracedRetire
{
    /// <summary>From 1, as in the run's records.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>Step functions entered so far.</summary>
    public required uint Step { get; init; }

    /// <summary>Index of the function.</summary>
    public required int Function { get; init; }

    /// <summary>Index in the function.</summary>
    public required int Instruction { get; init; }

    /// <summary>The opcode.</summary>
    public required OpcodeRow Row { get; init; }

    /// <summary>Operands and immediates in the row's order.</summary>
    public required ImmutableArray<TracedOperand> Operands { get; init; }

    /// <summary>Tensors written.</summary>
    public required ImmutableArray<TracedOutput> Outputs { get; init; }

    /// <summary>The commitment that its record holds (spec/runs.md, rule 7); null: none.</summary>
    public Digest? Recorded { get; init; }

    /// <summary>Scalars that its record holds: those pushed, or the token emitted.</summary>
    public required ImmutableArray<long> Scalars { get; init; }

    /// <summary>Symbols that got a value, by name.</summary>
    public required ImmutableArray<KeyValuePair<string, long>> Symbols { get; init; }

    /// <summary>Nanoseconds that instructions took before this one; what tracing takes is not in it.</summary>
    public required long Start { get; init; }

    /// <summary>Nanoseconds that it took.</summary>
    public required long Duration { get; init; }
}

/// <summary>Takes what a traced run does, in order.</summary>
public interface ITraceSink
{
    /// <summary>An instruction retired.</summary>
    void Take(TracedRetire retire);

    /// <summary>The run is over, or was stopped.</summary>
    void Finish();
}

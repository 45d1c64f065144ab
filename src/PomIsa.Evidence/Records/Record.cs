using System.Collections.Immutable;

namespace PomIsa.Evidence.Records;

/// <summary>The kinds of record.</summary>
public enum RecordKind : byte
{
    /// <summary>The first of a run.</summary>
    RunOpen = 1,

    /// <summary>One opcode retired.</summary>
    Retire = 2,

    /// <summary>The last of a run.</summary>
    RunClose = 3,
}

/// <summary>How a run ended.</summary>
public enum RunStatus : byte
{
    /// <summary>The program came to its end.</summary>
    Finished = 1,

    /// <summary>The host gave it up; the response is what was emitted until then.</summary>
    Abandoned = 2,
}

/// <summary>A symbol that has a new value from this record on.</summary>
public readonly record struct SymbolChange(byte Index, uint Value);

/// <summary>A decoded record. Spec: spec/evidence.md, chapter 3.</summary>
public abstract record Record
{
    /// <summary>Version of the binary form of runs whose records anyone can read.</summary>
    public const byte Version = 1;

    /// <summary>Version of the binary form of private runs. Spec: spec/evidence.md, chapter 12.</summary>
    public const byte PrivateVersion = 2;

    /// <summary>Longest entry: what an entry bundle of tlog-tiles can hold.</summary>
    public const int MaxEntryBytes = 65_535;

    private protected Record()
    {
    }

    /// <summary>Reads one record; anything but the one canonical form of a record is refused.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> entry, out Record record, out RecordFault fault) =>
        RecordReader.TryRead(entry, out record, out fault);
}

/// <summary>The first record of a run: everything that its outcome depends on. Its digest is the run's id.</summary>
/// <param name="Program">Digest of the program.</param>
/// <param name="Weights">Digest of the weights' manifest.</param>
/// <param name="Numerics">Version of the numerics.</param>
/// <param name="Prompt">Salted commitment to the prompt.</param>
/// <param name="Trigger">Digest of the event that started the run.</param>
/// <param name="Bounds">The worst case that was admitted, where the host states it.</param>
public sealed record RunOpen(
    Digest Program,
    Digest Weights,
    uint Numerics,
    Digest Prompt,
    SamplingParameters Sampling,
    Digest Trigger,
    RunBounds? Bounds) : Record
{
    /// <summary>What a private run declares; null for one that anyone can read.</summary>
    public PrivateTerms? Private { get; init; }

    /// <summary>The id of the run that this record opens: the SHA-256 of its entry.</summary>
    public Digest RunId
    {
        get
        {
            Span<byte> entry = stackalloc byte[RecordWriter.MaxRunOpenBytes];
            return Digest.Of(entry[..RecordWriter.WriteRunOpen(entry, this)]);
        }
    }
}

/// <summary>What every retire record says, whatever the output.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Sequence">Place in the run: the opening record is 0, the first retire 1.</param>
/// <param name="Step">Step of the run.</param>
/// <param name="Function">Function of the module.</param>
/// <param name="Offset">Instruction index in the function.</param>
/// <param name="Opcode">Number of the opcode.</param>
public readonly record struct RetireHead(Digest RunId, ulong Sequence, uint Step, ushort Function, uint Offset, ushort Opcode)
{
    /// <summary>Of a private run: tokens emitted before this record. Others do not say, and have zero here.</summary>
    public uint Tokens { get; init; }
}

/// <summary>One opcode retired.</summary>
/// <param name="Symbols">Symbols that changed, ascending by index.</param>
/// <param name="Commitments">Commitments to the outputs of a tensor opcode.</param>
/// <param name="Scalars">Values that a scalar opcode pushed. Of this list, <paramref name="Commitments"/> and <see cref="Salted"/> only one is not empty.</param>
public sealed record Retire(
    RetireHead Head,
    ImmutableArray<SymbolChange> Symbols,
    ImmutableArray<Digest> Commitments,
    ImmutableArray<long> Scalars) : Record
{
    /// <summary>Whether it is a private run's.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Outputs under salt.</summary>
    public ImmutableArray<Digest> Salted { get; init; } = [];

    /// <summary>Whether <see cref="Salted"/> stands for scalars rather than commitments.</summary>
    public bool SaltsScalars { get; init; }
}

/// <summary>The last record of a run.</summary>
/// <param name="Sequence">One more than the last retire's.</param>
/// <param name="Response">Digest of the response.</param>
/// <param name="Tokens">Tokens emitted.</param>
/// <param name="Retired">Opcodes retired.</param>
public sealed record RunClose(Digest RunId, ulong Sequence, Digest Response, uint Tokens, ulong Retired, RunStatus Status) : Record
{
    /// <summary>Whether it is a private run's: then the response's digest is under salt.</summary>
    public bool IsPrivate { get; init; }
}

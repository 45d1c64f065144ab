using System.Buffers.Binary;
using System.Collections.Immutable;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Records;

namespace PomIsa.Machine;

/// <summary>What a run is given besides its program.</summary>
public sealed record RunRequest
{
    /// <summary>Version of spec/numerics.md that this machine computes by; part of every run's first record.</summary>
    public const uint NumericsVersion = 1;

    /// <summary>Token ids, where the program's input is such a list; empty for a program that takes none.</summary>
    public ImmutableArray<int> Prompt { get; init; } = [];

    /// <summary>A tensor for each of the program's inputs, in its order; empty: each input is the prompt.</summary>
    public ImmutableArray<InputTensor> Inputs { get; init; } = [];

    /// <summary>32 bytes that hide the prompt in its commitment; a private run has its secret for that.</summary>
    public ImmutableArray<byte> Salt { get; init; } = [.. new byte[PromptCommitment.SaltBytes]];

    /// <summary>What makes the run private; null for one whose records anyone can read.</summary>
    public RunPrivacy? Privacy { get; init; }

    /// <summary>How <c>sample</c> chooses; part of the run's first record.</summary>
    public SamplingParameters Sampling { get; init; } = SamplingParameters.Greedy;

    /// <summary>Digest of the event that started the run; zero if nothing on a chain did.</summary>
    public Digest Trigger { get; init; }

    /// <summary>The worst case that the host admitted, where it says so.</summary>
    public RunBounds? Bounds { get; init; }

    /// <summary>Called with each token as its <c>emit</c> retires.</summary>
    public Action<int>? OnToken { get; init; }

    /// <summary>Ends the run between two instructions of a driver.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Ends the run after so many instructions: how a run that was ended early is executed again.</summary>
    public ulong? StopAfter { get; init; }

    /// <summary>Whether a run that is ended early gets all its records and a closing one (spec/runs.md, rule 11), rather than none until it is taken up.</summary>
    public bool ClosesWhenStopped { get; init; }

    /// <summary>Takes the products of the run, for an auditor; null: they are not kept.</summary>
    public OpeningWriter? Openings { get; init; }

    /// <summary>Gives the sums of products instead of the machine; null in a run that is meant.</summary>
    internal Execution.IProductSource? Products { get; init; }

    /// <summary>Put before what observes the run: for a machine that is meant to err. Null in a run that is meant.</summary>
    internal Func<Execution.IRetireObserver, Execution.IRetireObserver>? Planted { get; init; }

    /// <summary>The first record of the run.</summary>
    public RunOpen Opening(BoundProgram program) => new(
        program.ProgramDigest,
        program.WeightsDigest,
        NumericsVersion,
        PromptCommitment.Of(Privacy is null ? Salt.AsSpan() : Privacy.Secret.PromptSalt.ToArray(), PromptBytes()),
        Sampling,
        Trigger,
        Bounds)
    {
        Private = Privacy?.Terms,
    };

    /// <summary>What the opening record commits to as the prompt: all inputs' bytes.</summary>
    public byte[] PromptBytes() => Inputs.IsEmpty ? BytesOf(Prompt.AsSpan()) : [.. Inputs.SelectMany(static input => input.Bytes)];

    /// <summary>What each input of a program is given.</summary>
    internal ImmutableArray<InputTensor> TensorsFor(Isa.Module module)
    {
        if (!Inputs.IsEmpty)
        {
            return Inputs;
        }

        var prompt = new InputTensor(Isa.DType.I32, [Prompt.Length], [.. BytesOf(Prompt.AsSpan())]);
        return [.. module.Inputs.Select(_ => prompt)];
    }

    /// <summary>What a closing record binds: SHA-256 of the emitted tokens as little-endian i32.</summary>
    public static Digest ResponseDigest(ReadOnlySpan<int> tokens) => Digest.Of(BytesOf(tokens));

    private static byte[] BytesOf(ReadOnlySpan<int> tokens)
    {
        var bytes = new byte[tokens.Length * sizeof(int)];
        for (int i = 0; i < tokens.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), tokens[i]);
        }

        return bytes;
    }
}

using System.Collections.Immutable;
using PomIsa.Fuzz.Generation;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz;

/// <summary>A valid program with everything that a run of it needs.</summary>
/// <param name="Module">The module; its weights have the digests of <paramref name="Weights"/>.</param>
/// <param name="Weights">Values of the module's weights.</param>
/// <param name="Prompt">Token ids for its input.</param>
/// <param name="Seed">What it was generated from.</param>
/// <param name="IsSteady">Whether it does the same work on every path and with every trip count at its maximum: bounds are then exact.</param>
internal sealed record FuzzProgram(
    Module Module, ImmutableArray<LogicalWeight> Weights, ImmutableArray<int> Prompt, ulong Seed, bool IsSteady)
{
    // A changed copy is verified anew.
    private FuzzProgram(FuzzProgram other) =>
        (Module, Weights, Prompt, Seed, IsSteady) = (other.Module, other.Weights, other.Prompt, other.Seed, other.IsSteady);

    /// <summary>The module as the verifier accepts it.</summary>
    public VerifiedModule Verified => field ??= Verifier.TryVerify(Module, out VerifiedModule? verified, out ImmutableArray<Fault> faults)
        ? verified
        : throw new InvalidOperationException("The program is not valid: " + string.Join("; ", faults.Select(f => FaultText.Describe(f, Module))));

    /// <summary>Its source, for people.</summary>
    public override string ToString() =>
        $"; seed {Seed}, prompt [{string.Join(", ", Prompt)}]\n{Assembly.Disassembler.Disassemble(Module)}";
}

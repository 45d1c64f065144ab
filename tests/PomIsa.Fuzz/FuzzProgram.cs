using System.Collections.Immutable;
using PomIsa.Evidence.Records;
using PomIsa.Fuzz.Generation;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;

namespace PomIsa.Fuzz;

/// <summary>A valid program with everything that a run of it needs.</summary>
/// <param name="Module">The module; it brings its weights along.</param>
/// <param name="Weights">Logical values of the module's weights.</param>
/// <param name="Inputs">A tensor for each of its inputs.</param>
/// <param name="Seed">What it was generated from.</param>
/// <param name="IsSteady">Whether it does the same work on every path and with every trip count at its maximum: bounds are then exact.</param>
internal sealed record FuzzProgram(
    Module Module, ImmutableArray<LogicalWeight> Weights, ImmutableArray<InputTensor> Inputs, ulong Seed, bool IsSteady)
{
    // A changed copy is verified anew.
    private FuzzProgram(FuzzProgram other) =>
        (Module, Weights, Inputs, Seed, IsSteady) = (other.Module, other.Weights, other.Inputs, other.Seed, other.IsSteady);

    /// <summary>How the run draws tokens.</summary>
    public SamplingParameters Sampling => Seed % 4 == 0
        ? SamplingParameters.Greedy
        : new SamplingParameters(
            SamplingKind.Drawn, Seed, BitConverter.SingleToUInt32Bits(Seed % 5 == 0 ? 0 : 0.5f + (Seed % 7)), BitConverter.SingleToUInt32Bits(Seed % 3 == 0 ? 1 : 0.6f), (uint)(Seed % 6));

    /// <summary>The module as the verifier accepts it.</summary>
    public VerifiedModule Verified => field ??= Verifier.TryVerify(Module, out VerifiedModule? verified, out ImmutableArray<Fault> faults)
        ? verified
        : throw new InvalidOperationException("The program is not valid: " + string.Join("; ", faults.Select(f => FaultText.Describe(f, Module))));

    /// <summary>The same with other declarations of weights, and their bytes.</summary>
    public FuzzProgram WithWeights(ImmutableArray<LogicalWeight> weights) => this with
    {
        Weights = weights,
        Module = Module with
        {
            Weights = [.. weights.Select(static w => w.Entry)],
            Data = [.. weights.Select(static (w, i) => new WeightData(i, [.. w.Bytes]))],
        },
    };

    /// <summary>Its inputs and its source, weights included.</summary>
    public override string ToString() =>
        $"; seed {Seed}, inputs {string.Join(", ", Inputs.Select(static i => $"{i} 0x{Convert.ToHexStringLower(i.Bytes.AsSpan())}"))}\n{Assembly.Disassembler.Disassemble(Module)}";
}

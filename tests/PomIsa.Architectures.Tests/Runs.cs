using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Packaging.Weights;

namespace PomIsa.Architectures.Tests;

/// <summary>Compiles models and runs them.</summary>
internal static class Runs
{
    private static readonly WorkerPool Pool = new(1);

    /// <summary>Logits behind each token of a prompt.</summary>
    public static float[][] Logits(string path, ArchitectureOptions options, params int[] ids)
    {
        var weights = new MemoryWeights();
        ArchitectureResult result = ArchitectureCompiler.Compile(path, options with { AllRows = true }, weights);
        RunOutcome outcome = Run(result.Program.Module, weights.Contents, Tokens(ids));
        return Rows(outcome.Outputs[0]!, ids.Length);
    }

    /// <summary>The answer to a prompt.</summary>
    public static ImmutableArray<int> Answer(string path, ArchitectureOptions options, int limit, params int[] ids)
    {
        var weights = new MemoryWeights();
        ArchitectureResult result = ArchitectureCompiler.Compile(path, options, weights);
        return Run(result.Program.Module, weights.Contents, Tokens(ids), Tokens(limit)).Tokens;
    }

    public static RunOutcome Run(Module module, ImmutableArray<byte[]> contents, params ImmutableArray<InputTensor> inputs)
    {
        Assert.True(Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults), string.Join('\n', faults));
        Assert.True(BoundProgram.TryBind(verified, contents, out BoundProgram? program, out MachineFault refused), refused.Describe(module));
        using (program)
        {
            Assert.True(MachineRun.TryExecutePlain(program, new RunRequest { Inputs = inputs }, Pool, out RunOutcome? outcome, out MachineFault fault), fault.Describe(module));
            return outcome;
        }
    }

    public static InputTensor Tokens(params int[] ids) => new(DType.I32, [ids.Length], [.. MemoryMarshal.AsBytes(ids.AsSpan())]);

    public static float[][] Rows(OutputTensor tensor, int rows) =>
        [.. MemoryMarshal.Cast<byte, float>(tensor.Bytes.AsSpan()).ToArray().Chunk(tensor.Bytes.Length / sizeof(float) / rows)];
}

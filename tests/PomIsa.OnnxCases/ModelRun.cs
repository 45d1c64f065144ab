using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Onnx;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxCases;

/// <summary>Compiles a model for given inputs, verifies the program and runs it.</summary>
internal static class ModelRun
{
    private const int MostBindings = 16;

    /// <summary>Compiles; inputs whose values decide shapes or flow become part of the program, and are told.</summary>
    public static bool TryCompile(
        byte[] model,
        IReadOnlyDictionary<string, HostTensor> inputs,
        string? folder,
        [NotNullWhen(true)] out CompiledModel? compiled,
        out IReadOnlyCollection<string> bound,
        out string reason,
        CompileOptions? given = null)
    {
        var values = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        bound = values.Keys;
        for (int round = 0; round < MostBindings; round++)
        {
            CompileOptions options = (given ?? new CompileOptions()) with
            {
                Shapes = inputs.ToDictionary(static i => i.Key, static i => i.Value.Shape, StringComparer.Ordinal),
                Bound = values,
                Folder = folder,
            };
            if (OnnxCompiler.TryCompile(model, options, out compiled, out OnnxProblem? problem))
            {
                reason = "";
                return true;
            }

            int before = values.Count;
            foreach (string name in problem.Unknown.Where(inputs.ContainsKey))
            {
                values[name] = inputs[name];
            }

            if (values.Count == before)
            {
                reason = problem.ToString();
                return false;
            }
        }

        compiled = null;
        reason = "too many inputs decide shapes";
        return false;
    }

    /// <summary>Verifies and runs a program; gives its outputs, or why there are none.</summary>
    public static bool TryExecute(CompiledModel compiled, IReadOnlyDictionary<string, HostTensor> inputs, WorkerPool pool, out ImmutableArray<HostTensor> outputs, out string error)
    {
        outputs = [];
        if (!Verifier.TryVerify(compiled.Module, out VerifiedModule? verified, out ImmutableArray<Fault> faults))
        {
            error = "not verified: " + FaultText.Describe(faults[0], compiled.Module);
            return false;
        }

        if (!BoundProgram.TryBind(verified, compiled.Contents, out BoundProgram? program, out MachineFault fault))
        {
            error = $"not bound: {fault}";
            return false;
        }

        using (program)
        {
            var request = new RunRequest { Inputs = [.. compiled.Inputs.Select(port => Input(inputs[port.Name]))] };
            if (!MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? outcome, out fault))
            {
                error = $"trap: {fault}";
                return false;
            }

            outputs = [.. compiled.Outputs.Select((port, i) => new HostTensor(port.Type, port.Shape, [.. outcome.Outputs[i]!.Bytes]))];
            error = "";
            return true;
        }
    }

    private static InputTensor Input(HostTensor tensor) => new(tensor.Carrier, tensor.Shape, [.. tensor.Bytes]);
}

using System.Collections.Immutable;
using PomIsa.Assembly;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz.Properties;

/// <summary>Modules as bytes and as source.</summary>
internal static class Texts
{
    /// <summary>Bytes decode to a module that encodes to the same bytes and is as valid.</summary>
    public static void EncodeAndDecode(FuzzProgram program, Bench bench)
    {
        byte[] bytes = program.Module.Encode();
        Assert.True(Module.TryDecode(bytes, out Module decoded, out Fault fault), fault.ToString());
        Assert.Equal(bytes, decoded.Encode());
        Same(program.Module, decoded);
        Assert.True(Verifier.TryVerify(decoded, out VerifiedModule? verified, out ImmutableArray<Fault> faults), string.Join("; ", faults));
        Assert.Equal(program.Verified.Bounds, verified.Bounds);
    }

    /// <summary>Source of a module assembles to its bytes, and disassembles to the same source.</summary>
    public static void AssembleAndDisassemble(FuzzProgram program, Bench bench)
    {
        // Weights inside the source are many digits: every other program has none.
        Module module = program.Seed % 2 == 0 ? program.Module : program.Module with { Data = [] };
        string source = Disassembler.Disassemble(module);
        AssemblyResult result = Assembler.Assemble(source, "program.pisa");
        Assert.True(result.Module is not null, DiagnosticText.Render(result.Diagnostics) + "\n" + source);
        Assert.Equal(Plain(module).Encode(), Plain(result.Module).Encode());
        Assert.Equal(source, Disassembler.Disassemble(result.Module));
    }

    /// <summary>Nothing is lost on the way.</summary>
    private static void Same(Module a, Module b)
    {
        Assert.Equal<IEnumerable<SymbolEntry>>(a.Symbols, b.Symbols);
        Assert.Equal(a.Weights.Select(static w => (w.Name, w.Element, w.Layout, w.Digest, string.Join(',', w.Shape))), b.Weights.Select(static w => (w.Name, w.Element, w.Layout, w.Digest, string.Join(',', w.Shape))));
        Assert.Equal(a.States.Select(static s => (s.Element, s.Symbol, s.MaxRows, string.Join(',', s.Row))), b.States.Select(static s => (s.Element, s.Symbol, s.MaxRows, string.Join(',', s.Row))));
        Assert.Equal<IEnumerable<InputEntry>>(a.Inputs, b.Inputs);
        Assert.Equal(a.Data.Select(static d => Digest.Of(d.Bytes.AsSpan())), b.Data.Select(static d => Digest.Of(d.Bytes.AsSpan())));
        Assert.Equal(a.Entry, b.Entry);
        foreach ((Function one, Function other) in a.Functions.Zip(b.Functions, static (x, y) => (x, y)))
        {
            Assert.Equal((one.Kind, one.ParameterCount, one.ResultCount, one.LocalCount), (other.Kind, other.ParameterCount, other.ResultCount, other.LocalCount));
            Assert.Equal<IEnumerable<TensorType>>(one.Registers, other.Registers);
            Assert.Equal<IEnumerable<Instruction>>(one.Body, other.Body);
        }
    }

    private static Module Plain(Module module) => module with { Names = null, Positions = null, Text = null, Customs = [] };
}

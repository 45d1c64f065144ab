using PomIsa.Assembly;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Source texts of program cases, written on one line with <c>|</c> between the lines.</summary>
internal static class Sources
{
    private const string Idle = ".driver main\n    halt\n.end\n.entry main\n";

    /// <summary>A driver named main that is the entry.</summary>
    public static string Driver(string lines, string declarations = "") =>
        $"{Lines(declarations, "")}.driver main\n{Lines(lines, "    ")}.end\n.entry main\n";

    /// <summary>A function that is not the entry.</summary>
    public static string Function(string head, string lines) => $".{head}\n{Lines(lines, "    ")}.end\n";

    /// <summary>A program that ends, with what it emits and how many instructions retire.</summary>
    public static ProgramCase Runs(string name, string source, int[] emits, ulong? retires = null, params int[] prompt) =>
        Assembled(new ProgramCase(name, source) { Emits = emits, Retires = retires, Prompt = prompt });

    /// <summary>A program that traps after it has emitted.</summary>
    public static ProgramCase Traps(string name, string source, FaultCode code, int[] emits, params int[] prompt) =>
        Assembled(new ProgramCase(name, source) { Emits = emits, Trap = code, Prompt = prompt });

    /// <summary>A program that the verifier refuses; without an entry it gets one that does nothing.</summary>
    public static ProgramCase Invalid(string name, FaultCode code, string source) => Assembled(
        new ProgramCase(name, source.Contains(".entry", StringComparison.Ordinal) ? source : source + Idle) { Invalid = code });

    /// <summary>
    /// A program that the verifier refuses and an assembler would not make: that of a good source, changed. Its source is
    /// the disassembly of what came of it.
    /// </summary>
    public static ProgramCase Refused(string name, FaultCode code, string good, Func<Module, Module> change)
    {
        Module module = change(Assemble(name, good.Contains(".entry", StringComparison.Ordinal) ? good : good + Idle));
        return new ProgramCase(name, Disassembler.Disassemble(module)) { Module = Bare(module), Invalid = code };
    }

    /// <summary>Registers of a function with another type.</summary>
    public static Func<Module, Module> Retyped(int function, DType element, Dim[] shape, params int[] registers) => module =>
    {
        Function old = module.Functions[function];
        TensorType[] types = [.. old.Registers];
        foreach (int register in registers)
        {
            types[register] = TensorType.Of(element, shape);
        }

        return module with { Functions = module.Functions.SetItem(function, old with { Registers = [.. types] }) };
    };

    /// <summary>The first weight, changed.</summary>
    public static Func<Module, Module> Weighed(Func<WeightEntry, WeightEntry> change) =>
        module => module with { Weights = module.Weights.SetItem(0, change(module.Weights[0])) };

    /// <summary>An operand or immediate of the first function with another value.</summary>
    public static Func<Module, Module> Changed(int instruction, int operand, Operand value) => module =>
    {
        Function old = module.Functions[0];
        Instruction line = old.Body[instruction];
        line = line with { Operands = line.Operands.SetItem(operand, value) };
        return module with { Functions = module.Functions.SetItem(0, old with { Body = old.Body.SetItem(instruction, line) }) };
    };

    private static string Lines(string text, string indent) =>
        string.Concat(text.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => indent + l + "\n"));

    private static ProgramCase Assembled(ProgramCase one) => one with { Module = Bare(Assemble(one.Name, one.Source)) };

    private static Module Assemble(string name, string source)
    {
        AssemblyResult result = Assembler.Assemble(source, "vector.pisa", options: new AssemblerOptions { Verify = false });
        Assert.True(result.Module is not null, $"'{name}': {DiagnosticText.Render(result.Diagnostics)}");
        return result.Module;
    }

    private static byte[] Bare(Module module) => (module with { Names = null, Positions = null, Text = null, Customs = [] }).Encode();
}

using System.Collections.Immutable;
using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Properties;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz;

/// <summary>Every byte string gets a verdict, with memory in proportion to its length; what is refused is refused at a place.</summary>
public sealed class TotalityTests
{
    [Fact]
    public void Random_bytes_behind_a_good_beginning_get_a_verdict()
    {
        byte[] magic = [0x00, 0x70, 0x69, 0x73, 1, 0, 0, 0];
        for (ulong seed = 0; seed < 2000; seed++)
        {
            var choices = new Choices(seed);
            byte[] bytes = [.. magic[..choices.Pick(8, 8, 8, 4, 0)], .. Enumerable.Range(0, choices.Below(300)).Select(_ => choices.Chance(50) ? (byte)choices.Below(10) : (byte)choices.Bits())];
            Judgement.Of(bytes, out _, out _, out _);
        }
    }

    /// <summary>Modules that make most of each byte: symbols for every function, calls of ever other dimensions, blocks in blocks, forms that never repeat.</summary>
    [Fact]
    public void Modules_built_to_cost_much_take_memory_in_proportion()
    {
        foreach (Module module in Costly())
        {
            Judgement.Of(module.Encode(), out Module? decoded, out _, out ImmutableArray<Fault> faults);
            Assert.NotNull(decoded);
            Assert.All(faults, fault => Assert.NotEqual("", FaultText.Describe(fault, decoded)));
        }
    }

    [Fact]
    public void A_fault_names_function_instruction_and_source_line()
    {
        FuzzProgram program = ProgramGenerator.Generate(7);
        string source = Assembly.Disassembler.Disassemble(program.Module with { Data = [] });
        Module module = Assembly.Assembler.Assemble(source, "seven.pisa").Module!;
        Function entry = module.Functions[module.Entry];
        int at = entry.Body.Length - 1;
        Module broken = module with
        {
            Functions = module.Functions.SetItem(module.Entry, entry with { Body = entry.Body.SetItem(at, Instruction.Of("drop")) }),
        };
        Assert.True(Module.TryDecode(broken.Encode(), out Module decoded, out Fault malformed), malformed.ToString());
        Assert.False(Verifier.TryVerify(decoded, out _, out ImmutableArray<Fault> faults));
        Fault underflow = Assert.Single(faults, static f => f.Code == FaultCode.StackUnderflow);
        Assert.Equal((module.Entry, at), (underflow.Function, underflow.At));
        string text = FaultText.Describe(underflow, decoded);
        Assert.StartsWith("seven.pisa:", text, StringComparison.Ordinal);
        Assert.Contains($"in {decoded.FunctionName(module.Entry)}, instruction {at} (drop)", text, StringComparison.Ordinal);
    }

    private static IEnumerable<Module> Costly()
    {
        ImmutableArray<SymbolEntry> symbols = [.. Enumerable.Repeat(new SymbolEntry(100), Limits.Symbols)];
        var halt = new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [], Body = [Instruction.Of("halt")] };
        yield return new Module { Symbols = symbols, Functions = [.. Enumerable.Repeat(halt with { Body = [Instruction.Of("ret")] }, Limits.Functions)] };

        // Blocks in blocks, one function after the other.
        Instruction[] open = [.. Enumerable.Range(0, Limits.Nesting).SelectMany(static _ => new[] { Instruction.Of("push", Operand.OfI64(1)), Instruction.Of("if") })];
        Instruction[] close = [.. Enumerable.Range(0, Limits.Nesting).SelectMany(static _ => new[] { Instruction.Of("else"), Instruction.Of("end") })];
        yield return new Module { Functions = [.. Enumerable.Repeat(halt with { Body = [.. open, .. close, Instruction.Of("halt")] }, 200)] };

        // Calls of one step, each with other dimensions.
        var step = new Function
        {
            Kind = FunctionKind.Step,
            ParameterCount = 8,
            ResultCount = 0,
            Registers = [.. Enumerable.Range(0, 8).Select(static s => TensorType.Of(DType.F32, Dim.OfSymbol(s)))],
            Body = [Instruction.Of("ret")],
        };
        var choices = new Choices(1);
        var caller = halt with
        {
            Registers = [.. Enumerable.Range(1, 100).Select(static d => TensorType.Of(DType.F32, d))],
            Body =
            [
                .. Enumerable.Range(0, 100).Select(static r => Instruction.Of("zeros", Operand.Of(r))),
                .. Enumerable.Range(0, 3000).Select(_ => new Instruction(Instruction.Of("call").Row, [Operand.Of(0), .. Enumerable.Range(0, 8).Select(_ => Operand.Of(choices.Below(100)))])),
                Instruction.Of("halt"),
            ],
        };
        yield return new Module { Symbols = symbols, Functions = [step, caller], Entry = 1 };

        // Instructions of which no two have one form.
        Dim[] dims = [.. Enumerable.Range(1, 60).Select(static d => Dim.Of(d))];
        TensorType[] types = [.. dims.SelectMany(a => dims.Select(b => TensorType.Of(DType.F32, a, b)))];
        var many = halt with
        {
            Kind = FunctionKind.Step,
            Registers = [.. types, .. types],
            Body =
            [
                .. Enumerable.Range(0, types.Length).SelectMany(r => new[] { Instruction.Of("zeros", Operand.Of(r)), Instruction.Of("exp", Operand.Of(types.Length + r), Operand.Of(r)) }),
                Instruction.Of("ret"),
            ],
        };
        yield return new Module { Functions = [many, halt with { Body = [Instruction.Of("call", Operand.Of(0)), Instruction.Of("halt")] }], Entry = 1 };
    }
}

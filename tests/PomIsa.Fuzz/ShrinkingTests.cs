using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Shrinking;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz;

/// <summary>Smaller programs are valid, and lead to a small one.</summary>
public sealed class ShrinkingTests
{
    [Fact]
    public void What_a_program_shrinks_to_is_valid_and_brings_what_it_needs()
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            FuzzProgram program = ProgramGenerator.Generate(seed);
            foreach (FuzzProgram smaller in ProgramShrinker.Shrink(program).Take(150))
            {
                Assert.True(Verifier.TryVerify(smaller.Module, out _, out var faults), string.Join("; ", faults));
                Assert.Equal(smaller.Module.Weights.Length, smaller.Weights.Length);
                Assert.Equal(smaller.Module.Inputs.Length, smaller.Inputs.Length);
            }
        }
    }

    [Fact]
    public void A_program_that_fails_for_one_instruction_shrinks_to_little_more_than_it()
    {
        OpcodeRow row = Instruction.Of("rmsnorm").Row;
        bool Holds(FuzzProgram p) => p.Module.Functions[p.Module.Entry].Body.Any(c => c.Row.Code == Opcode.Call && p.Module.Functions[c.Operands[0].Index].Body.Any(i => i.Row == row));
        FuzzProgram program = Enumerable.Range(0, 200).Select(i => ProgramGenerator.Generate((ulong)i, row)).First(Holds);
        FuzzProgram smallest = ProgramShrinker.Smallest(program, Holds);
        Assert.InRange(smallest.Module.Functions.Sum(static f => f.Body.Length), 4, 12);
    }
}

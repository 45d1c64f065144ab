using PomIsa.Conformance.Vectors;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Cells;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Isa;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>Each element's derivation gives what the machine gives, bit for bit.</summary>
public sealed class DerivationTests
{
    /// <summary>Cases of each opcode; all by POMISA_DISPUTE_CASES=1000.</summary>
    public static int Most => int.TryParse(Environment.GetEnvironmentVariable("POMISA_DISPUTE_CASES"), out int most) ? most : 4;

    private const int Elements = 24;

    public static TheoryData<string> Opcodes => [.. InstructionTable.All.Where(DerivationTable.Has).Where(static r => r.Mnemonic is not ("input" or "token")).Select(static r => r.Mnemonic)];

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void An_element_is_what_the_machine_computes(string opcode)
    {
        int programs = 0;
        foreach ((_, VectorCase vector) in Some(opcode))
        {
            if (OpcodeProgram.Of(vector) is not { } made)
            {
                continue;
            }

            programs++;
            using var one = new ValueCase(made.Program, made.Request, opcode);
            Compare(one, vector.Name);
            made.Program.Dispose();
        }

        Assert.True(programs > 0, $"no case of {opcode} is a program");
    }

    /// <summary>Cases spread over an opcode's file.</summary>
    internal static IEnumerable<(string Opcode, VectorCase Case)> Some(string opcode)
    {
        (string, VectorCase)[] all = [.. OpcodeProgram.Cases(r => r.Mnemonic == opcode)];
        return all.Where((_, i) => all.Length <= Most || i % (all.Length / Most) == 0);
    }

    internal static void Compare(ValueCase one, string name)
    {
        if (one.Record.Scalars is [var scalar])
        {
            Assert.True((ulong)scalar == Derived(one, 0, 0), name);
            return;
        }

        for (int output = 0; output < one.Subject.Outputs; output++)
        {
            TensorForm form = one.Subject.Form(output);
            byte[] bytes = one.Bytes(output);
            for (long element = 0; element < form.Elements; element += Math.Max(1, form.Elements / Elements))
            {
                ulong expected = one.Element(output, bytes, element);
                Assert.True(expected == Derived(one, output, element), $"{name}: element {element} of output {output}: 0x{expected:x}, derived 0x{Derived(one, output, element):x}");
            }
        }
    }

    private static ulong Derived(ValueCase one, int output, long element)
    {
        var blocks = new CapturedBlocks(one.Program, one.Request, one.Values) { Index = one.Index };
        using var reader = new ElementReader(one.Subject, one.Sources, blocks) { IsBounded = false };
        Derivation derivation = DerivationTable.Of(one.Subject, output, element);
        for (long cell = 0; cell < derivation.Count; cell++)
        {
            blocks.Cells.Add(derivation.Evaluate(cell, reader));
        }

        return blocks.Cells[^1];
    }
}

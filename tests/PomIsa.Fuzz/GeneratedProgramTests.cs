using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Evidence.Records;
using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Properties;
using PomIsa.Fuzz.Reference;
using PomIsa.Isa;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Fuzz;

/// <summary>Valid programs for properties, shrunk to smaller valid ones where one fails.</summary>
public static class Programs
{
    internal static Arbitrary<FuzzProgram> Any() =>
        Arb.From(Gen.Choose(0, int.MaxValue).Select(static seed => ProgramGenerator.Generate((ulong)seed)), Shrinking.ProgramShrinker.Shrink);
}

/// <summary>A few programs for each property; POMISA_FUZZ runs many.</summary>
public sealed class GeneratedProgramTests : IDisposable
{
    private readonly Bench _bench = Bench.Open();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Every_row_has_a_reference() =>
        Assert.Equal([], InstructionTable.All.Where(static r => !RefOperations.Has(r)).Select(static r => r.Mnemonic));

    [Fact]
    public void Every_row_has_a_generator()
    {
        foreach (OpcodeRow row in InstructionTable.All)
        {
            Assert.True(
                Enumerable.Range(0, 30).Any(i => ProgramGenerator.Generate((ulong)i, row).Module.Functions.Any(f => f.Body.Any(one => one.Row == row))),
                $"no program holds {row.Mnemonic}: it needs a builder in SpecialRows");
        }
    }

    /// <summary>So the machine's records of them are compared with the reference's.</summary>
    [Fact]
    public void Many_programs_have_products_that_record_nothing()
    {
        int count = Enumerable.Range(0, 300).Count(static seed => RefMachine.Run(ProgramGenerator.Generate((ulong)seed)) is { Records: var records }
            && records.Exists(static r => Record.TryDecode(r, out Record record, out _) && record is Retire { Commitments.IsEmpty: true } retire
                && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row) && row.CommittedOperand >= 0));
        Assert.True(count > 20, $"{count} of 300");
    }

    [Property(MaxTest = 400)]
    public Property The_machine_equals_the_reference_record_by_record() => Holds(0);

    [Property(MaxTest = 300)]
    public Property The_number_of_threads_does_not_matter() => Holds(1);

    [Property(MaxTest = 60)]
    public Property Bounds_hold_and_are_exact_where_nothing_varies() => Holds(2);

    [Fact]
    public void Bounds_of_a_thousand_programs_are_those_measured_or_above_them()
    {
        // Of those that do the same work on every path some end early, with a trap; of 300 that don't the bounds are exact.
        int exact = 0;
        for (ulong seed = 0; seed < 1000 || exact < 300; seed++)
        {
            FuzzProgram program = ProgramGenerator.Generate(seed, steady: seed % 2 == 0);
            All.Properties[2].Check(program, _bench);
            exact += program.IsSteady && RefMachine.Run(program).Fault == FaultCode.None ? 1 : 0;
        }
    }

    [Property(MaxTest = 200)]
    public Property Encoding_and_decoding_are_inverse() => Holds(3);

    [Property(MaxTest = 60)]
    public Property Assembling_and_disassembling_are_inverse() => Holds(4);

    [Property(MaxTest = 40)]
    public Property A_step_over_many_rows_equals_steps_over_one() => Holds(5);

    [Property(MaxTest = 6)]
    public Property A_run_that_was_cut_off_and_resumed_equals_an_undisturbed_one() => Holds(6);

    [Property(MaxTest = 40)]
    public Property Changed_bytes_get_a_verdict_within_memory_in_proportion() => Holds(7);

    [Property(MaxTest = 40)]
    public Property Changed_source_gets_a_verdict() => Holds(8);

    private Property Holds(int property) => Prop.ForAll(Programs.Any(), program => All.Properties[property].Check(program, _bench));
}

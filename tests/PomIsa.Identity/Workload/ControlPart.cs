using System.Collections.Immutable;
using PomIsa.Assembly;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Isa.Verification;
using PomIsa.Machine;

namespace PomIsa.Identity.Workload;

/// <summary>Scalars, loops and branches: a generator drives them, so that which way they go is as good as random. About 55 retires a round.</summary>
internal static class ControlPart
{
    public static (string Digest, ulong Retires) Run(Conditions conditions)
    {
        if (!BoundProgram.TryBind(Programs.Verify(Source(conditions.Size.Rounds), null), null, out BoundProgram? program, out MachineFault fault))
        {
            throw new InvalidOperationException(fault.Detail);
        }

        using (program)
        {
            using var hash = new RecordHash();
            ulong retires = Execution.Run(program, new RunRequest { Prompt = [] }, hash, conditions);
            return (hash.Finish(), retires);
        }
    }

    private static string Source(int rounds) => $"""
        .module control
        .driver main
            .local x
            .local sum
            .local least
            .local count
            push 1
            set x
            push {rounds}
            loop {rounds}
                get x
                push 6364136223846793005
                mul
                push 1442695040888963407
                add
                dup
                set x
                push 0
                lt
                if
                    get count
                    push 1
                    add
                    set count
                else
                    get least
                    get x
                    min
                    set least
                end
                push 3
                loop 3
                    get sum
                    get x
                    swap
                    sub
                    dup
                    set sum
                    get least
                    gt
                    get x
                    push 4611686018427387904
                    ge
                    and
                    brk_if
                end
            end
            get count
            emit
            get sum
            push 0
            max
            push 2147483647
            min
            emit
            halt
        .end
        .entry main
        """;
}

/// <summary>Assembles and verifies the workload's programs.</summary>
internal static class Programs
{
    public static VerifiedModule Verify(string source, IWeightCatalog? weights)
    {
        AssemblyResult result = Assembler.Assemble(source, "workload.pisa", options: new AssemblerOptions { Weights = weights });
        return result.Module is null
            ? throw new InvalidOperationException(DiagnosticText.Render(result.Diagnostics))
            : Verifier.TryVerify(result.Module, out VerifiedModule? verified, out ImmutableArray<Isa.Fault> faults)
            ? verified
            : throw new InvalidOperationException(string.Join('\n', faults));
    }
}

using System.Collections.Immutable;
using PomIsa.Assembly;
using PomIsa.Isa.Verification;
using PomIsa.Machine;

namespace PomIsa.Debugging.Tests;

/// <summary>Small programs without weights.</summary>
internal static class Programs
{
    /// <summary>Counts down from 3.</summary>
    public const string Countdown =
        """
        .driver main
            .local n
            push 3
            set n
            push 3
            loop 3
                get n
                emit
                get n
                push 1
                sub
                set n
            end
            halt
        .end
        .entry main
        """;

    /// <summary>A step that divides 0 by 0 on the way: vdiv makes the NaN, vadd passes it on.</summary>
    public const string NotANumber =
        """
        .symbol T max 4
        .symbol S max 8
        .input prompt i32[T]
        .state cache f32[S, 2] max 8
        .step f(ids: i32[T]) -> (y: f32[T, 2])
            .reg a: f32[T, 2]
            zeros a
            exp b, a
            append cache, b
            vsub c, b, b
            vdiv d, c, c
            vadd y, d, b
            ret
        .end
        .driver main
            input p, prompt
            call f, p -> y
            rows y
            emit
            halt
        .end
        .entry main
        """;

    public static BoundProgram Bind(string text)
    {
        AssemblyResult result = Assembler.Assemble(text, "test.pisa");
        Assert.Equal("", DiagnosticText.Render(result.Diagnostics));
        Assert.True(Verifier.TryVerify(result.Module!, out VerifiedModule? verified, out _));
        Assert.True(BoundProgram.TryBind(verified, null, out BoundProgram? program, out MachineFault fault), fault.Detail);
        return program;
    }

    public static RunRequest Request(params ImmutableArray<int> prompt) => new() { Prompt = prompt };
}

using PomIsa.Isa.Verification;

namespace PomIsa.Machine.Tests.Support;

/// <summary>A program of one product whose rows anything may choose from.</summary>
internal static class ChosenProgram
{
    /// <summary>Its input is x, <c>[T, depth]</c> with T up to 256; its result is y, <c>[T, columns]</c>.</summary>
    public static BoundProgram Bind(string element, int depth, int columns)
    {
        var weights = new DrawnWeights(element);
        weights.Matrix("w", depth, columns);
        VerifiedModule verified = Programs.Verify(
            $"""
            .symbol T max 256
            .input x f32[T, {depth}]
            .weight w {element}[{depth}, {columns}] panels
            .step pick(x: f32[T, {depth}]) -> (y: f32[T, {columns}])
                linear.{element} y, x, w
                ret
            .end
            .driver main
                input rows, x
                call pick, rows -> y
                halt
            .end
            .entry main
            """,
            weights);
        Assert.True(BoundProgram.TryBind(verified, [weights["w"]], out BoundProgram? program, out MachineFault fault), fault.Detail);
        return program;
    }
}

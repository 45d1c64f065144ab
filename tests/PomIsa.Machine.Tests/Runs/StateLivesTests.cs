using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>A step that is called a single time gives the same bits where its states share memory, and takes no more of it than is in use at once.</summary>
public sealed class StateLivesTests
{
    private const int Rows = 9;

    // In use at once: k0, v0 and late; then k1, v1 and late; then both and late.
    private const string Source = """
        .symbol T max 16
        .symbol S max 16
        .input x f32[T, 32]
        .input h f32[T, 16]
        .state k0 f32[S, 16] max 16
        .state v0 f32[S, 16] max 16
        .state late f32[S, 16] max 16
        .state k1 f32[S, 16] max 16
        .state v1 f32[S, 16] max 16
        .state both f32[S, 16] max 16
        .step forward(x: f32[T, 32], h: f32[T, 16]) -> (y: f32[T, 32])
            append late, h
            append k0, h
            vmul hh, h, h
            append v0, hh
            attention a, x, k0, v0, 16, 0.25
            vadd hh, hh, h
            append k1, hh
            vmul hh, hh, h
            append v1, hh
            attention b, a, k1, v1, 16, 0.25
            vsub hh, hh, h
            append both, hh
            attention c, b, both, both, 16, 0.25
            attention y, c, late, late, 16, 0.25
            ret
        .end
        .driver main
            input rows, x
            input heads, h
            call forward, rows, heads -> y
            halt
        .end
        .entry main
        """;

    [Fact]
    public void States_that_are_not_in_use_at_once_share_memory_and_no_bit_changes()
    {
        using BoundProgram program = Programs.Bind(Source);
        int step = program.Module.Functions.ToList().FindIndex(static f => f.Kind == FunctionKind.Step);
        (List<byte[]> apart, int many) = Execute(program, -1);
        (List<byte[]> shared, int few) = Execute(program, step);
        Assert.Equal(apart, shared);
        Assert.Equal(6, many);
        Assert.Equal(3, few);
    }

    /// <summary>What the attentions give, and in how many places states lie.</summary>
    private static (List<byte[]> Outputs, int Places) Execute(BoundProgram program, int onlyStep)
    {
        var random = new Random(7);
        InputTensor Input(int columns) => new(DType.F32, [Rows, columns], [.. Enumerable.Range(0, Rows * columns).SelectMany(_ => BitConverter.GetBytes(random.NextSingle() - 0.5f))]);
        using var pool = new WorkerPool(2);
        var outputs = new Outputs();
        using var interpreter = new Interpreter(program, new RunRequest { Inputs = [Input(32), Input(16)] }, pool, outputs) { OnlyStep = onlyStep };
        Assert.True(interpreter.TryRun(out MachineFault fault), fault.Describe(program.Module));
        return (outputs.All, outputs.Places);
    }

    private sealed class Outputs : IRetireObserver
    {
        public List<byte[]> All { get; } = [];

        public int Places { get; private set; }

        public unsafe bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
        {
            if (context.Line.Row.Mnemonic == "attention")
            {
                All.Add(context.View(0).Raw.ToArray());
                Places = context.States.Select(static s => (nint)s.Take()).Distinct().Count();
            }

            refusal = "";
            return true;
        }
    }
}

using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Kernels.Reference;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

public sealed class SamplingRunTests
{
    private const string Source = """
        .weight w f32[1, 6] = 0.5, 1.5, -1, 1.5, 0, 2
        .step logits() -> (x: f32[1, 6])
            load x, w
            ret
        .end
        .driver main
        .local p
            call logits -> x
            push 12
            loop 12
                get p
                sample x
                emit
                get p
                push 1
                add
                set p
            end
            halt
        .end
        .entry main
        """;

    private static readonly float[] Logits = [0.5f, 1.5f, -1, 1.5f, 0, 2];

    [Theory]
    [InlineData(0.7f, 0.9f, 0u, 7ul)]
    [InlineData(1f, 1f, 3u, 8ul)]
    [InlineData(2f, 0.5f, 0u, ulong.MaxValue)]
    [InlineData(0f, 1f, 0u, 1ul)]
    public void Tokens_are_drawn_by_the_runs_parameters_and_the_position(float temperature, float topP, uint topK, ulong seed)
    {
        int[] expected = [.. Enumerable.Range(0, 12).Select(p => Sampling.Draw(Logits, temperature, topP, topK, seed, p))];
        Assert.Equal(expected, Tokens(Drawn(temperature, topP, topK, seed)));
    }

    [Fact]
    public void A_greedy_run_takes_the_best_token() => Assert.Equal(Enumerable.Repeat(5, 12), Tokens(SamplingParameters.Greedy));

    [Fact]
    public void The_parameters_are_part_of_the_first_record()
    {
        using BoundProgram program = Programs.Bind(Source);
        SamplingParameters drawn = Drawn(0.7f, 0.9f, 40, 7);
        Assert.Equal(drawn, new RunRequest { Sampling = drawn }.Opening(program).Sampling);
        Assert.NotEqual(new RunRequest { Sampling = drawn }.Opening(program).RunId, new RunRequest().Opening(program).RunId);
    }

    internal static SamplingParameters Drawn(float temperature, float topP, uint topK, ulong seed) => new(
        SamplingKind.Drawn, seed, BitConverter.SingleToUInt32Bits(temperature), BitConverter.SingleToUInt32Bits(topP), topK);

    private static int[] Tokens(SamplingParameters sampling)
    {
        using BoundProgram program = Programs.Bind(Source);
        using var pool = new WorkerPool(1);
        Assert.True(MachineRun.TryExecutePlain(program, new RunRequest { Sampling = sampling }, pool, out RunOutcome? outcome, out MachineFault fault), fault.ToString());
        return [.. outcome.Tokens];
    }
}

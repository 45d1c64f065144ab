using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests;

/// <summary>Runs that draw their tokens, take tensors and give tensors are replayed from what their first record says.</summary>
public sealed class DrawnReplayTests
{
    private const string Source = """
        .symbol T max 4
        .input x f32[T, 5]
        .input n i64[1]
        .driver main
            input rows, x
            tail last, rows, 1
            input at, n
            output at, 0
            push 6
            loop 6
                item at
                sample last
                emit
            end
            halt
        .end
        .entry main
        """;

    private static readonly SamplingParameters Drawn = new(SamplingKind.Drawn, 42, 0x3f800000, 0x3f800000, 4);

    [Fact]
    public void The_replay_draws_by_the_parameters_of_the_first_record()
    {
        using BoundProgram program = Programs.Bind(Source);
        RunRequest asked = Request() with { Sampling = Drawn };
        byte[][] run = Recorded(program, asked);
        using var pool = new WorkerPool(1);
        ReplayReport report = Replay.Verify(program, Request(), run, pool);
        Assert.True(report.Verdict == Verdict.Accept, report.Text);
        Assert.Equal((ulong)run.Length, report.Compared);
    }

    [Fact]
    public void A_token_that_was_not_drawn_is_found()
    {
        using BoundProgram program = Programs.Bind(Source);
        byte[][] run = Recorded(program, Request() with { Sampling = Drawn });
        int at = Array.FindIndex(run, static r => Evidence.Records.Record.TryDecode(r, out Evidence.Records.Record record, out _) && record is Retire { Head.Opcode: Opcode.Sample });
        run[at][^8] ^= 1;
        using var pool = new WorkerPool(1);
        ReplayReport report = Replay.Verify(program, Request(), run, pool);
        Assert.Equal((Verdict.Reject, "sample"), (report.Verdict, report.First!.Opcode));
    }

    [Fact]
    public void Other_inputs_are_another_prompt()
    {
        using BoundProgram program = Programs.Bind(Source);
        byte[][] run = Recorded(program, Request() with { Sampling = Drawn });
        RunRequest other = Request() with { Inputs = Request().Inputs.SetItem(1, new InputTensor(DType.I64, [1], [8, 0, 0, 0, 0, 0, 0, 0])) };
        using var pool = new WorkerPool(1);
        ReplayReport report = Replay.Verify(program, other, run, pool);
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Contains("another prompt", report.Text, StringComparison.Ordinal);
    }

    private static RunRequest Request() => new()
    {
        Inputs =
        [
            new InputTensor(DType.F32, [2, 5], [.. Enumerable.Range(0, 10).SelectMany(static i => BitConverter.GetBytes(i % 4 * 0.5f))]),
            new InputTensor(DType.I64, [1], [7, 0, 0, 0, 0, 0, 0, 0]),
        ],
    };

    private static byte[][] Recorded(BoundProgram program, RunRequest request)
    {
        using var folder = new TempFolder();
        using var pool = new WorkerPool(1);
        using RecordLog log = RecordLog.Open(folder["log"]);
        Assert.True(AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
        Assert.Equal("i64[1]", outcome.Outputs[0]!.ToString());
        return [.. log.ReadAll()];
    }
}

using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Orders;

/// <summary>What a run comes to, followed from its records: all of them, or some.</summary>
public sealed class RunTraceTests
{
    private static readonly RunRequest Request = new() { Prompt = [3, 1, 2] };

    [Fact]
    public void An_honest_run_is_followed_to_its_end_and_contradicts_nothing()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        byte[][] run = LoggedRun.Of(program, Request);
        var records = new ProvenRecords([.. run.Select(static (e, i) => ((ulong)i, e))]);
        RunTrace trace = RunTrace.Follow(program.Verified, records, 0, (ulong)run.Length - 1, Digest.Of(run[0]));
        Assert.Null(trace.Fault);
        Assert.Single(trace.Left);
        Assert.NotNull(trace.Flow);
    }

    [Fact]
    public void Whatever_records_of_an_honest_run_are_shown_nothing_is_contradicted()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        byte[][] run = LoggedRun.Of(program, Request);
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            int every = random.Next(1, 40);
            var shown = run.Select(static (e, at) => ((ulong)at, e)).Where(pair => pair.Item1 == 0 || random.Next(every) == 0).ToList();
            RunTrace trace = RunTrace.Follow(program.Verified, new ProvenRecords(shown), 0, shown[^1].Item1, Digest.Of(run[0]));
            Assert.False(trace.IsContradiction, trace.Fault?.ToString());
        }
    }
}

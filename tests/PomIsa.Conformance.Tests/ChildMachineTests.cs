using System.Collections.Immutable;
using PomIsa.Conformance.Report;
using PomIsa.Conformance.Running;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Conformance.Tests;

/// <summary>Machines in processes of their own that crash, hang and talk nonsense. They are shell scripts, so these tests need a shell.</summary>
public sealed class ChildMachineTests
{
    /// <summary>Says hello as often as it is asked, and leaves the loop at any other request.</summary>
    private const string Hello = """while read line; do case "$line" in *hello*) echo '{"id":1,"machine":"fake","isa":1}';; *) break;; esac; done;""";

    private static readonly ImmutableArray<VectorCase> Cases = [.. VectorFolder.Read(VectorFolder.Find(AppContext.BaseDirectory)!, ["add"]).Take(3)];

    [Fact]
    public void A_machine_that_crashes_is_started_again_and_the_case_fails()
    {
        using ChildMachine machine = Script(Hello + " echo 'out of luck' >&2; exit 7");
        SuiteReport report = new Suite(Cases).Run(machine, null, CancellationToken.None);
        Assert.Equal((3, 3), (report.Total.Assertions, report.Total.Failed));
        Assert.Contains("ended with status 7.", report.Failures[0].Difference, StringComparison.Ordinal);
        Assert.True(machine.Starts >= 3);
    }

    [Fact]
    public void A_machine_that_hangs_is_ended_and_the_case_fails()
    {
        using ChildMachine machine = Script(Hello + " sleep 600", 3);
        SuiteReport report = new Suite([.. Cases.Take(1)]).Run(machine, null, CancellationToken.None);
        Assert.Equal("No answer within 3 seconds; the machine was ended.", Assert.Single(report.Failures).Difference);
    }

    [Fact]
    public void An_answer_that_is_no_json_fails_the_case()
    {
        using ChildMachine machine = Script(Hello + " echo hm; sleep 600");
        SuiteReport report = new Suite([.. Cases.Take(1)]).Run(machine, null, CancellationToken.None);
        Assert.Equal("The answer is no JSON.", Assert.Single(report.Failures).Difference);
    }

    [Fact]
    public void A_machine_that_always_crashes_is_given_up()
    {
        ImmutableArray<VectorCase> many = [.. VectorFolder.Read(VectorFolder.Find(AppContext.BaseDirectory)!, ["add", "sub", "mul", "ne", "not", "or"])];
        using ChildMachine machine = Script(Hello + " exit 1");
        SuiteReport report = new Suite(many).Run(machine, null, CancellationToken.None);
        Assert.Equal(many.Length, report.Total.Failed);
        Assert.InRange(machine.Starts, 2, 25);
    }

    [Fact]
    public void A_machine_that_says_no_hello_is_refused()
    {
        using ChildMachine machine = Script("exit 0");
        Assert.Throws<MachineFailedException>(() => new Suite(Cases).Run(machine, null, CancellationToken.None));
    }

    [Fact]
    public void A_command_that_does_not_exist_is_said()
    {
        using var machine = new ChildMachine(["no-such-command-here"], TimeSpan.FromSeconds(1));
        Assert.Throws<MachineUnavailableException>(() => new Suite(Cases).Run(machine, null, CancellationToken.None));
    }

    private static ChildMachine Script(string text, double seconds = 20) => new(["sh", "-c", text], TimeSpan.FromSeconds(seconds));
}

using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using PomIsa.Conformance.Report;
using PomIsa.Conformance.Running;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Conformance.Tests;

/// <summary>The runner: our machine passes, and whatever is wrong with another one is seen.</summary>
public sealed class SuiteTests
{
    private static readonly string Folder = VectorFolder.Find(AppContext.BaseDirectory)!;

    [Fact]
    public void Our_machine_passes_every_vector()
    {
        using var machine = new OwnMachine(2, CancellationToken.None);
        SuiteReport report = new Suite(VectorFolder.Read(Folder, [])).Run(machine, null, CancellationToken.None);
        Assert.True(report is { Total.Failed: 0, IsComplete: true }, ReportText.Table(report));
        Assert.NotEqual(0, report.Total.Assertions);
    }

    [Fact]
    public void A_machine_that_is_wrong_in_one_bit_fails_every_case_with_a_tensor()
    {
        ImmutableArray<VectorCase> cases = [.. VectorFolder.Read(Folder, ["sum", "vadd"]).Where(HasElements)];
        using var machine = new Flipping();
        SuiteReport report = new Suite(cases).Run(machine, null, CancellationToken.None);
        Assert.Equal((cases.Length, cases.Length), (report.Total.Assertions, report.Total.Failed));
        Assert.Equal(Suite.MostFailures, report.Failures.Length);
        Assert.Matches(@"^writes\[0\]\.bits\[\d+\]: expected ""[0-9a-f]{8}"", got ""[0-9a-f]{8}""$", report.Failures[0].Difference);
        Assert.Contains("\"op\":\"execute\"", report.Failures[0].Request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"stage\":\"invalid\"", "\"stage\":\"trap\"")]
    [InlineData("\"emits\":[", "\"emits\":[1],\"other\":[")]
    [InlineData("\"trap\":\"", "\"trap\":\"X")]
    [InlineData("\"commitment\":\"", "\"commitment\":\"0")]
    [InlineData("\"id\":", "\"id\":1")]
    [InlineData("\"shape\":[", "\"shape\":[1],\"other\":[")]
    public void A_wrong_word_in_an_answer_is_seen(string from, string to)
    {
        ImmutableArray<VectorCase> cases = VectorFolder.Read(Folder, ["input", "token", "tail"]);
        using var machine = new Wrong(answer => answer.Replace(from, to, StringComparison.Ordinal));
        if (from == "\"id\":")
        {
            Assert.Throws<MachineFailedException>(() => new Suite(cases).Run(machine, null, CancellationToken.None));
            return;
        }

        Assert.NotEqual(0, new Suite(cases).Run(machine, null, CancellationToken.None).Total.Failed);
    }

    [Theory]
    [InlineData("\"fault\":{", "\"fault\":\"no\",\"other\":{")]
    [InlineData("\"fault\":{", "\"fault\":[1],\"other\":{")]
    [InlineData("\"code\":\"", "\"code\":\"\\ud800")]
    [InlineData("\"bounds\":{", "\"limits\":{")]
    [InlineData("\"bounds\":{", "\"bounds\":7,\"other\":{")]
    [InlineData("\"digest\":\"", "\"digest\":\"\\udc00")]
    [InlineData("\"emits\":[", "\"emits\":{\"a\":1},\"other\":[")]
    [InlineData("\"records\":[", "\"error\":[{}],\"records\":[")]
    [InlineData("\"records\":[", "\"error\":\"\\ud800\",\"records\":[")]
    public void An_answer_of_another_form_fails_its_case(string from, string to)
    {
        ImmutableArray<VectorCase> cases = VectorFolder.Read(Folder, ["records", "runs", "flow"]);
        string bounded = cases.First(static c => c.Name == "nothing but halt").Json.GetRawText();
        cases = [.. cases, new VectorCase("bounded", JsonDocument.Parse(bounded.Insert(1, "\"bounds\": {\"retires\": \"1\"}, ")).RootElement)];
        using var machine = new Wrong(answer => answer.Replace(from, to, StringComparison.Ordinal));
        SuiteReport report = new Suite(cases).Run(machine, null, CancellationToken.None);
        Assert.Equal((true, cases.Length), (report.IsComplete, report.Total.Assertions));
        Assert.NotEqual(0, report.Total.Failed);
    }

    [Fact]
    public void A_stop_ends_the_run_and_what_was_counted_is_told()
    {
        using var stop = new CancellationTokenSource();
        using var machine = new OwnMachine(1, stop.Token);
        int asked = 0;
        var progress = new Inline(value => { if (++asked == 3) { stop.Cancel(); } });
        SuiteReport report = new Suite(VectorFolder.Read(Folder, ["add"])).Run(machine, progress, stop.Token);
        Assert.Equal((3, false), (report.Total.Assertions, report.IsComplete));
        Assert.Contains("then interrupted.", ReportText.Table(report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_adds_up()
    {
        using var machine = new OwnMachine(1, CancellationToken.None);
        SuiteReport report = new Suite(VectorFolder.Read(Folder, ["token", "loop"])).Run(machine, null, CancellationToken.None);
        using JsonDocument json = JsonDocument.Parse(ReportText.Json(report).ToJsonString());
        JsonElement root = json.RootElement;
        int assertions = root.GetProperty("assertions").GetInt32();
        Assert.Equal(assertions, root.GetProperty("byStage").EnumerateObject().Sum(static s => s.Value.GetInt32()));
        Assert.Equal(assertions, root.GetProperty("passed").GetInt32() + root.GetProperty("failed").GetInt32());
        Assert.Equal(assertions, root.GetProperty("opcodes").EnumerateArray().Sum(static o => o.GetProperty("assertions").GetInt32()));
        Assert.True(root.GetProperty("byStage").GetProperty("exhausted").GetInt32() > 0);
    }

    private static bool HasElements(VectorCase one) =>
        one is { IsProgram: false, Expectation: Expectation.Value } && one.Json.GetProperty("expect").GetProperty("writes")[0].GetProperty("bits").GetArrayLength() > 0;

    private sealed class Inline(Action<SuiteProgress> report) : IProgress<SuiteProgress>
    {
        public void Report(SuiteProgress value) => report(value);
    }

    /// <summary>Our machine with its answers changed.</summary>
    private class Wrong(Func<string, string> change) : IMachine
    {
        private readonly OwnMachine _machine = new(1, CancellationToken.None);

        public JsonDocument Ask(ReadOnlyMemory<byte> request, CancellationToken stop)
        {
            using JsonDocument answer = _machine.Ask(request, stop);
            return JsonDocument.Parse(change(answer.RootElement.GetRawText()));
        }

        public void Restart() => _machine.Restart();

        public void Dispose() => _machine.Dispose();
    }

    /// <summary>The lowest bit of the last element that is written is the other way round.</summary>
    private sealed class Flipping() : Wrong(Flip)
    {
        private static string Flip(string answer)
        {
            int writes = answer.IndexOf("\"writes\"", StringComparison.Ordinal), end = writes < 0 ? -1 : answer.IndexOf("\"]}", writes, StringComparison.Ordinal);
            if (end < 0)
            {
                return answer;
            }

            var text = new StringBuilder(answer);
            text[end - 1] = "1032547698badcfe"["0123456789abcdef".IndexOf(text[end - 1], StringComparison.Ordinal)];
            return text.ToString();
        }
    }
}

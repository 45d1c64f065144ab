using System.Text;
using System.Text.Json;
using PomIsa.Debugging.Tracing;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Debugging.Tests.Tracing;

public sealed class TraceTests
{
    [Fact]
    public void A_trace_has_one_line_for_each_retire()
    {
        using BoundProgram program = Programs.Bind(Programs.NotANumber);
        var output = new StringWriter { NewLine = "\n" };
        Trace(program, new TextTrace(new ProgramMap(program.Module), output), 7, 8);
        string[] lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(12, lines.Length);
        Assert.Matches(@"^    1  main 0  test\.pisa:16  input p i32\[2\], prompt  → [0-9a-f]{16}  \(T = 2\)$", lines[0]);
        Assert.Equal("    2  main 1  test.pisa:17  call f, p i32[2], y f32[2, 2]", lines[1]);
        Assert.Matches(@"^    3  f 0  test\.pisa:7  zeros a f32\[2, 2\]  → [0-9a-f]{16}  \(T = 2, S = 0\)$", lines[2]);
        Assert.Equal("    5  f 2  test.pisa:9  append cache f32[2, 2], b f32[2, 2]", lines[4]);
        Assert.Equal("   10  main 2  test.pisa:18  rows y f32[2, 2]  → 2", lines[9]);
        Assert.Equal("   11  main 3  test.pisa:19  emit  → 2", lines[10]);
        Assert.Equal("   12  main 4  test.pisa:20  halt", lines[11]);
    }

    [Fact]
    public void Commitments_are_those_of_the_records()
    {
        using BoundProgram program = Programs.Bind("""
            .weight w f32[16, 16] panels = 1.0
            .step f(x: f32[3, 16]) -> (y: f32[3, 16])
                exp h, x
                matmul y, h, w
                ret
            .end
            .driver main
                zeros x: f32[3, 16]
                call f, x -> y
                output y, 0
                halt
            .end
            .entry main
            """);
        List<JsonElement> lines = Json(program);
        using var pool = new WorkerPool(1);
        var sink = new Records();
        Assert.True(MachineRun.TryExecute(program, Programs.Request(), default, sink, pool, out _, out _));
        Assert.Equal(lines.Count + 1, sink.Entries.Count);
        for (int i = 0; i < lines.Count; i++)
        {
            Assert.True(Evidence.Records.Record.TryDecode(sink.Entries[i], out Evidence.Records.Record record, out _));
            string[] recorded = lines[i].TryGetProperty("recorded", out JsonElement one) ? [one.GetString()!] : [];
            Assert.Equal(((Evidence.Records.Retire)record).Commitments.Select(static c => c.ToString()), recorded);
        }

        string Written(string op) => lines.First(line => line.GetProperty("op").GetString() == op).GetProperty("outputs")[0].GetProperty("commitment").GetString()!;
        string[] all = [.. lines.Where(static line => line.TryGetProperty("recorded", out _)).Select(static line => line.GetProperty("recorded").GetString()!)];
        Assert.Equal([Written("exp"), Written("matmul")], all); // what the product multiplies, and what the run gives
    }

    [Fact]
    public void A_json_trace_has_an_object_a_line()
    {
        using BoundProgram program = Programs.Bind(Programs.Countdown);
        List<JsonElement> lines = Json(program);
        Assert.Equal([.. Enumerable.Range(1, lines.Count).Select(i => (ulong)i)], lines.Select(one => one.GetProperty("sequence").GetUInt64()));
        JsonElement emit = lines.First(one => one.GetProperty("op").GetString() == "emit");
        Assert.Equal((8, "test.pisa", "main", 3L), (emit.GetProperty("line").GetInt32(), emit.GetProperty("file").GetString(), emit.GetProperty("function").GetString(), emit.GetProperty("scalars")[0].GetInt64()));
    }

    [Fact]
    public void Chrome_events_nest_and_do_not_overlap()
    {
        using BoundProgram program = Programs.Bind(Programs.NotANumber);
        using var stream = new MemoryStream();
        using var sink = new ChromeTrace(new ProgramMap(program.Module), stream);
        Trace(program, sink, 1);
        JsonElement[] events = [.. JsonDocument.Parse(stream.ToArray()).RootElement.GetProperty("traceEvents").EnumerateArray()];
        var open = new Stack<string>();
        double at = 0;
        foreach (JsonElement one in events)
        {
            string name = one.GetProperty("name").GetString()!;
            Assert.True(one.GetProperty("ts").GetDouble() >= at - 1e-6);
            at = one.GetProperty("ts").GetDouble();
            switch (one.GetProperty("ph").GetString())
            {
                case "B":
                    open.Push(name);
                    break;
                case "E":
                    Assert.Equal(open.Pop(), name);
                    break;
                default:
                    at += one.GetProperty("dur").GetDouble();
                    break;
            }
        }

        Assert.Empty(open);
        Assert.Equal(["main", "f"], events.Where(one => one.GetProperty("ph").GetString() == "B").Select(one => one.GetProperty("name").GetString()!));
        Assert.Equal(12, events.Count(one => one.GetProperty("ph").GetString() == "X"));
        int end = Array.FindIndex(events, one => one.GetProperty("ph").GetString() == "E");
        Assert.Equal(("f", "rows"), (events[end].GetProperty("name").GetString(), events[end + 1].GetProperty("name").GetString()));
    }

    [Fact]
    public void Speedscope_events_open_and_close_frames_that_are_listed()
    {
        using BoundProgram program = Programs.Bind(Programs.NotANumber);
        using var stream = new MemoryStream();
        using var sink = new SpeedscopeTrace(new ProgramMap(program.Module), stream);
        Trace(program, sink, 1);
        JsonElement root = JsonDocument.Parse(stream.ToArray()).RootElement;
        JsonElement frames = root.GetProperty("shared").GetProperty("frames"), profile = root.GetProperty("profiles")[0];
        var open = new Stack<int>();
        long at = 0;
        foreach (JsonElement one in profile.GetProperty("events").EnumerateArray())
        {
            int frame = one.GetProperty("frame").GetInt32();
            Assert.InRange(frame, 0, frames.GetArrayLength() - 1);
            Assert.True(one.GetProperty("at").GetInt64() >= at);
            at = one.GetProperty("at").GetInt64();
            if (one.GetProperty("type").GetString() == "O")
            {
                open.Push(frame);
            }
            else
            {
                Assert.Equal(open.Pop(), frame);
            }
        }

        Assert.Empty(open);
        Assert.Equal(at, profile.GetProperty("endValue").GetInt64());
        Assert.Equal("vdiv d, c, c", frames[2 + 4].GetProperty("name").GetString());
    }

    private static List<JsonElement> Json(BoundProgram program, params int[] prompt)
    {
        using var stream = new MemoryStream();
        using var sink = new JsonTrace(new ProgramMap(program.Module), stream);
        Trace(program, sink, prompt);
        return [.. Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n').Select(static line => JsonDocument.Parse(line).RootElement)];
    }

    private static void Trace(BoundProgram program, ITraceSink sink, params int[] prompt)
    {
        using var pool = new WorkerPool(1);
        Assert.True(TracedRun.TryExecute(program, Programs.Request([.. prompt]), pool, sink, out MachineFault fault), fault.Detail);
    }

    private sealed class Records : IRecordSink
    {
        public List<byte[]> Entries { get; } = [];

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            Entries.Add(entry.ToArray());
            refusal = "";
            return true;
        }

        public void Commit()
        {
        }
    }
}

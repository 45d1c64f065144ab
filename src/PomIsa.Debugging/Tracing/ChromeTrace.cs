using System.Text.Json;

namespace PomIsa.Debugging.Tracing;

/// <summary>A file of Chrome's trace events: functions as spans, opcodes as complete events in them, times in microseconds.</summary>
/// <remarks>The format is that of <c>chrome://tracing</c> and Perfetto: "Trace Event Format", object form.</remarks>
public sealed class ChromeTrace : ITraceSink, IDisposable
{
    private readonly ProgramMap _map;
    private readonly Utf8JsonWriter _json;
    private readonly FunctionSpans _spans = new();
    private long _end;

    public ChromeTrace(ProgramMap map, Stream output)
    {
        _map = map;
        _json = new Utf8JsonWriter(output);
        _json.WriteStartObject();
        _json.WriteString("displayTimeUnit", "ns");
        _json.WriteStartArray("traceEvents");
    }

    /// <inheritdoc/>
    public void Take(TracedRetire retire)
    {
        ArgumentNullException.ThrowIfNull(retire);
        _spans.Enter(retire.Function, function => Span("E", function, retire.Start), function => Span("B", function, retire.Start));
        Begin(retire.Row.Mnemonic, retire.Row.Family.ToString(), "X", retire.Start);
        _json.WriteNumber("dur", retire.Duration / 1000.0);
        _json.WriteStartObject("args");
        _json.WriteNumber("sequence", retire.Sequence);
        _json.WriteString("source", _map.Source(retire.Function, retire.Instruction));
        JsonTrace.Write(_json, retire);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _end = retire.Start + retire.Duration;
        if (_json.BytesPending > 1 << 16)
        {
            _json.Flush();
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        _spans.Close(function => Span("E", function, _end));
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Span(string phase, int function, long at)
    {
        Begin(_map.Module.FunctionName(function), "Function", phase, at);
        _json.WriteEndObject();
    }

    private void Begin(string name, string category, string phase, long at)
    {
        _json.WriteStartObject();
        _json.WriteString("name", name);
        _json.WriteString("cat", category);
        _json.WriteString("ph", phase);
        _json.WriteNumber("ts", at / 1000.0);
        _json.WriteNumber("pid", 1);
        _json.WriteNumber("tid", 1);
    }
}

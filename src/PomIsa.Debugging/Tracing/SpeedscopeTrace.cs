using System.Text.Json;

namespace PomIsa.Debugging.Tracing;

/// <summary>A file for speedscope: an evented profile whose frames are functions and the instructions in them, in nanoseconds.</summary>
/// <remarks>The format's schema is at https://www.speedscope.app/file-format-schema.json. Events go to memory until the end is known, which stands before them.</remarks>
public sealed class SpeedscopeTrace : ITraceSink, IDisposable
{
    private readonly ProgramMap _map;
    private readonly Stream _output;
    private readonly FunctionSpans _spans = new();
    private readonly List<(char Type, int Frame, long At)> _events = [];
    private readonly int[] _first;
    private long _end;

    public SpeedscopeTrace(ProgramMap map, Stream output)
    {
        ArgumentNullException.ThrowIfNull(map);
        (_map, _output) = (map, output);
        _first = new int[map.Module.Functions.Length];
        int next = _first.Length;
        for (int i = 0; i < _first.Length; i++)
        {
            _first[i] = next;
            next += map.Module.Functions[i].Body.Length;
        }
    }

    /// <inheritdoc/>
    public void Take(TracedRetire retire)
    {
        ArgumentNullException.ThrowIfNull(retire);
        _spans.Enter(retire.Function, function => _events.Add(('C', function, retire.Start)), function => _events.Add(('O', function, retire.Start)));
        int frame = _first[retire.Function] + retire.Instruction;
        _end = retire.Start + retire.Duration;
        _events.Add(('O', frame, retire.Start));
        _events.Add(('C', frame, _end));
    }

    /// <inheritdoc/>
    public void Finish()
    {
        _spans.Close(function => _events.Add(('C', function, _end)));
        using var json = new Utf8JsonWriter(_output);
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "pomisa");
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        for (int i = 0; i < _first.Length; i++)
        {
            Frame(json, _map.Module.FunctionName(i), null);
        }

        foreach ((int function, int instruction) in _map.Places)
        {
            Frame(json, _map.Text(function, instruction), _map.SourceOf(function, instruction));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        json.WriteStartObject();
        json.WriteString("type", "evented");
        json.WriteString("name", _map.Module.Names?.Module is { Length: > 0 } name ? name : "program");
        json.WriteString("unit", "nanoseconds");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", _end);
        json.WriteStartArray("events");
        foreach ((char type, int frame, long at) in _events)
        {
            json.WriteStartObject();
            json.WriteString("type", [type]);
            json.WriteNumber("frame", frame);
            json.WriteNumber("at", at);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteNumber("activeProfileIndex", 0);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Clear();

    private static void Frame(Utf8JsonWriter json, string name, (string File, int Line)? source)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        if (source is var (file, line))
        {
            json.WriteString("file", file);
            json.WriteNumber("line", line);
        }

        json.WriteEndObject();
    }
}

using System.Text.Json;
using PomIsa.Isa;

namespace PomIsa.Debugging.Tracing;

/// <summary>One JSON object a line for each retire.</summary>
public sealed class JsonTrace(ProgramMap map, Stream output) : ITraceSink, IDisposable
{
    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <inheritdoc/>
    public void Take(TracedRetire retire)
    {
        ArgumentNullException.ThrowIfNull(retire);
        _json.WriteStartObject();
        _json.WriteNumber("sequence", retire.Sequence);
        _json.WriteNumber("step", retire.Step);
        _json.WriteString("function", map.Module.FunctionName(retire.Function));
        _json.WriteNumber("instruction", retire.Instruction);
        if (map.SourceOf(retire.Function, retire.Instruction) is var (file, line))
        {
            _json.WriteString("file", file);
            _json.WriteNumber("line", line);
        }

        _json.WriteString("op", retire.Row.Mnemonic);
        Write(_json, retire);
        _json.WriteNumber("nanoseconds", retire.Duration);
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        output.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public void Finish() => output.Flush();

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>Operands, outputs, scalars and symbols as properties of the object that is open.</summary>
    internal static void Write(Utf8JsonWriter json, TracedRetire retire)
    {
        json.WriteStartArray("operands");
        foreach (TracedOperand operand in retire.Operands)
        {
            json.WriteStringValue($"{operand.Text} {operand.Type}".TrimEnd());
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (TracedOutput output in retire.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("name", output.Name);
            json.WriteString("dtype", DTypes.NameOf(output.Element));
            json.WriteStartArray("shape");
            foreach (int dimension in output.Shape)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteString("commitment", output.Commitment.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (retire.Recorded is { } recorded)
        {
            json.WriteString("recorded", recorded.ToString());
        }

        json.WriteStartArray("scalars");
        foreach (long scalar in retire.Scalars)
        {
            json.WriteNumberValue(scalar);
        }

        json.WriteEndArray();
        json.WriteStartObject("symbols");
        foreach ((string name, long value) in retire.Symbols)
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
    }
}

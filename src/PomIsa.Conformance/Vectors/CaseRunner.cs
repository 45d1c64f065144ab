using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Conformance.Running;
using PomIsa.Isa;

namespace PomIsa.Conformance.Vectors;

/// <summary>Asks a machine what a case asks and compares every bit of the answers.</summary>
public sealed class CaseRunner(IMachine machine, CancellationToken stop)
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Fields of a case that say what is expected, or are for people.</summary>
    private static readonly HashSet<string> NotGiven = new(StringComparer.Ordinal) { "name", "expect", "note" };

    private readonly ArrayBufferWriter<byte> _request = new();
    private string _answer = "";
    private int _id;

    /// <summary>Asks and compares.</summary>
    /// <exception cref="MachineUnavailableException">The machine can't be started.</exception>
    public CaseResult Run(VectorCase one)
    {
        try
        {
            string? difference = one.IsProgram ? Program(one) : Operands(one);
            return difference is null ? new CaseResult(one, null) : new CaseResult(one, difference, Encoding.UTF8.GetString(_request.WrittenSpan), _answer);
        }
        catch (MachineFailedException e)
        {
            return new CaseResult(one, e.Message, Encoding.UTF8.GetString(_request.WrittenSpan));
        }
        catch (RequestException e)
        {
            // The answer is JSON, but of another form.
            return new CaseResult(one, $"The answer can't be understood: {e.Message}", Encoding.UTF8.GetString(_request.WrittenSpan), _answer);
        }
    }

    /// <summary>The machine's name and the version of the instruction set that it says it has.</summary>
    public (string Name, int Version) Hello()
    {
        using JsonDocument answer = Ask("hello", static _ => { });
        JsonElement root = answer.RootElement;
        if (Answers.ErrorOf(root) is { } error)
        {
            throw new MachineFailedException($"The answer to 'hello' is an {error}");
        }

        return root.TryField("machine") is { ValueKind: JsonValueKind.String } name && root.TryField("isa") is { ValueKind: JsonValueKind.Number } isa && isa.TryGetInt32(out int version)
            ? (name.Unicode(), version)
            : throw new MachineFailedException($"The answer to 'hello' is {root.GetRawText()}, without 'machine' and 'isa'.");
    }

    private string? Operands(VectorCase one)
    {
        JsonElement expect = one.Json.Field("expect");
        using JsonDocument answer = Ask("execute", json =>
        {
            json.WriteString("opcode", one.Group);
            foreach (JsonProperty field in one.Json.EnumerateObject().Where(f => !NotGiven.Contains(f.Name)))
            {
                field.WriteTo(json);
            }

            WriteInto(json, one.Json, expect);
        });
        JsonElement root = answer.RootElement;
        return Answers.ErrorOf(root)
            ?? Answers.Compare(root, expect, one.Fault != FaultCode.None ? ["trap"] : ["trap", "writes", "pushes", "scales", "accumulators", "commitment", "commitments", "outputs"])
            ?? (one.Fault != FaultCode.None ? null : Difference.Of("states", expect.TryField("states") ?? one.Json.TryField("states"), root.TryField("states")));
    }

    private string? Program(VectorCase one)
    {
        JsonElement json = one.Json;
        using (JsonDocument loaded = Ask("load", request => request.WriteString("module", json.Text("module"))))
        {
            JsonElement root = loaded.RootElement;
            if (Answers.ErrorOf(root) is { } error)
            {
                return error;
            }

            if (one.Fault != FaultCode.None && !one.IsRun)
            {
                return Answers.CompareFault(one, root.TryField("fault"));
            }

            if (root.TryField("fault") is { } fault)
            {
                return $"load: the module is refused: {fault.GetRawText()}";
            }

            string? difference = Answers.Compare(root, json, json.TryField("digest") is null ? [] : ["digest"]) ?? Answers.CompareBounds(json, root);
            if (difference is not null)
            {
                return difference;
            }
        }

        return one.IsRun ? Bind(one) : null;
    }

    private string? Bind(VectorCase one)
    {
        if (one.Json.TryField("weights") is { } weights)
        {
            using JsonDocument bound = Ask("bind", request => Field(request, "weights", weights));
            if (Answers.ErrorOf(bound.RootElement) is { } error)
            {
                return error;
            }

            if (bound.RootElement.TryField("fault") is { } fault)
            {
                return Answers.CompareFault(one, fault);
            }
        }

        using JsonDocument called = Ask("call", request =>
        {
            foreach (string name in (string[])["prompt", "inputs", "sampling"])
            {
                if (one.Json.TryField(name) is { } given)
                {
                    Field(request, name, given);
                }
            }
        });
        JsonElement root = called.RootElement;
        string[] fields = [.. ((string[])["emits", "outputs", "retires", "records"]).Where(f => f == "emits" || one.Json.TryField(f) is not null)];
        return Answers.ErrorOf(root) ?? Answers.CompareFault(one, root.TryField("fault")) ?? Answers.Compare(root, one.Json, fields);
    }

    /// <summary>The types of the registers to be written, where the case itself leaves them to what it expects of them.</summary>
    private static void WriteInto(Utf8JsonWriter json, JsonElement given, JsonElement expect)
    {
        if (given.TryField("into") is not null || expect.TryField("writes") is not { } writes)
        {
            return;
        }

        json.WriteStartArray("into");
        foreach (JsonElement tensor in writes.EnumerateArray())
        {
            json.WriteStartObject();
            Field(json, "dtype", tensor.Field("dtype"));
            Field(json, "shape", tensor.Field("shape"));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Field(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    /// <summary>Sends a request and takes its answer, which must have its number.</summary>
    private JsonDocument Ask(string op, Action<Utf8JsonWriter> fields)
    {
        _request.ResetWrittenCount();
        _answer = "";
        using (var json = new Utf8JsonWriter(_request, Form))
        {
            json.WriteStartObject();
            json.WriteNumber("id", ++_id);
            json.WriteString("op", op);
            fields(json);
            json.WriteEndObject();
        }

        JsonDocument answer = machine.Ask(_request.WrittenMemory, stop);
        _answer = answer.RootElement.GetRawText();
        if (answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryField("id") is { ValueKind: JsonValueKind.Number } id
            && id.TryGetInt32(out int number) && number == _id)
        {
            return answer;
        }

        answer.Dispose();
        machine.Restart();
        throw new MachineFailedException(string.Create(CultureInfo.InvariantCulture, $"The answer has not the id {_id} of its request."));
    }
}

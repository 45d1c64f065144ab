using System.Buffers;
using System.Globalization;
using System.Text.Json;
using PomIsa.Conformance.Running;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Conformance.Protocol;

/// <summary>Our machine's side of the protocol: one answer for each request. Spec: spec/conformance.md.</summary>
public sealed class Session : IDisposable
{
    /// <summary>The name that it answers to <c>hello</c>.</summary>
    public const string MachineName = "pomisa";

    private static readonly JsonWriterOptions Form = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WorkerPool _pool;
    private readonly CancellationToken _stop;
    private LoadedProgram? _program;

    /// <param name="threads">Threads to compute with; no answer depends on it.</param>
    /// <param name="stop">Ends a run between two of its instructions.</param>
    public Session(int threads, CancellationToken stop)
    {
        _pool = new WorkerPool(threads);
        _stop = stop;
    }

    /// <summary>Whether <c>exit</c> was asked for.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The answer to one request; nothing to <c>exit</c>.</summary>
    public ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> request)
    {
        JsonElement? id = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(request);
            id = IdOf(document.RootElement);
            return Answer(id, document.RootElement);
        }
        catch (JsonException)
        {
            return Error(id, "This is no JSON.");
        }
        catch (RequestException e)
        {
            return Error(id, e.Message);
        }
        catch (MachineBugException e)
        {
            return Error(id, "A bug of this machine: " + e.Message);
        }
    }

    /// <summary>The answer to what can't be understood.</summary>
    public static ReadOnlyMemory<byte> Error(JsonElement? id, string text) => Object(id, json => json.WriteString("error", text));

    public void Dispose()
    {
        _program?.Dispose();
        _pool.Dispose();
    }

    private ReadOnlyMemory<byte> Answer(JsonElement? id, JsonElement request)
    {
        string op = request.Text("op");
        switch (op)
        {
            case "hello":
                return Object(id, static json =>
                {
                    json.WriteString("machine", MachineName);
                    json.WriteNumber("isa", InstructionTable.Version);
                });
            case "load":
                return Load(id, request.Hex("module"));
            case "bind":
                bool bound = Loaded().TryBind(request.List("weights", static w => w), out FaultCode code);
                return Object(id, json => FaultOf(json, bound ? FaultCode.None : code));
            case "call":
                ProgramRun run = ProgramRun.Of(Loaded(), RequestOf(request), _pool);
                return Object(id, run.Write);
            case "execute":
                OpcodeOutcome outcome = Execution.Run(OpcodeCase.Of(request), _pool);
                return Object(id, outcome.Write);
            case "exit":
                IsOver = true;
                return default;
            default:
                throw new RequestException($"There is no op '{op}'.");
        }
    }

    /// <summary>A number, or a text that is written as it is; anything else can't be given back.</summary>
    private static JsonElement? IdOf(JsonElement request) =>
        request.TryField("id") is { ValueKind: JsonValueKind.Number or JsonValueKind.String } id && !id.GetRawText().Contains('\\', StringComparison.Ordinal)
            ? id.Clone()
            : null;

    private ReadOnlyMemory<byte> Load(JsonElement? id, byte[] module)
    {
        _program?.Dispose();
        _program = LoadedProgram.Load(module, out Fault fault);
        return Object(id, json =>
        {
            if (_program is not { } program)
            {
                FaultJson.Write(json, fault);
                return;
            }

            Bounds bounds = program.Bounds;
            json.WriteString("digest", program.Digest.ToString());
            json.WriteStartObject("bounds");
            Number(json, "retires", bounds.Retires);
            Number(json, "multiplyAdds", bounds.MultiplyAdds);
            Number(json, "arenaBytes", bounds.ArenaBytes);
            Number(json, "stateBytes", bounds.StateBytes);
            Number(json, "evidenceBytes", bounds.EvidenceBytes);
            json.WriteEndObject();
        });
    }

    private LoadedProgram Loaded() => _program ?? throw new RequestException("No module is loaded.");

    private RunRequest RequestOf(JsonElement request) => new()
    {
        Prompt = [.. request.List("prompt", JsonFields.Signed)],
        Inputs = request.TryField("prompt") is null ? OpcodeCase.InputsOf(request) : [],
        Sampling = OpcodeCase.SamplingOf(request),
        Stop = _stop,
    };

    private static void FaultOf(Utf8JsonWriter json, FaultCode code)
    {
        if (code != FaultCode.None)
        {
            FaultJson.Write(json, Fault.Of(code, -1));
        }
    }

    // Text, since JSON's numbers lose bits beyond 2^53 in many readers.
    private static void Number(Utf8JsonWriter json, string name, ulong value) =>
        json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    private static ReadOnlyMemory<byte> Object(JsonElement? id, Action<Utf8JsonWriter> fields)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Form);
        json.WriteStartObject();
        json.WritePropertyName("id");
        if (id is { } known)
        {
            known.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }

        fields(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }
}

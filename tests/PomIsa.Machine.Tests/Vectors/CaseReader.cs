using System.Globalization;
using System.Text.Json;
using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Cases from the text of a vector file, read as a stranger would.</summary>
internal static class CaseReader
{
    public static VectorCase[] Read(string text, out string opcode)
    {
        using JsonDocument file = JsonDocument.Parse(text);
        opcode = file.RootElement.GetProperty("opcode").GetString()!;
        return [.. file.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.TryGetProperty("source", out _) ? (VectorCase)Program(c) : Operands(c))];
    }

    private static OperandCase Operands(JsonElement json)
    {
        JsonElement expect = json.GetProperty("expect");
        return new OperandCase(json.GetProperty("name").GetString()!)
        {
            Reads = List(json, "reads", TensorOf),
            Weights = List(json, "weights", w => new Weight(TensorOf(w), List(w, "scale", FloatOf)) { Sub = List(w, "sub", static e => e.GetInt32()) }),
            States = List(json, "states", StateOf),
            Symbols = json.TryGetProperty("symbols", out JsonElement symbols) ? [.. symbols.EnumerateObject().Select(s => (s.Name, s.Value.GetInt64()))] : [],
            Immediates = List(json, "immediates", ImmediateOf),
            Stack = List(json, "stack", LongOf),
            Prompt = json.TryGetProperty("prompt", out _) ? List(json, "prompt", static e => e.GetInt32()) : null,
            Into = List(json, "into", i => (ElementOf(i), List(i, "shape", static e => e.GetInt32()))),
            Writes = List(expect, "writes", TensorOf),
            Pushes = List(expect, "pushes", LongOf),
            StatesAfter = expect.TryGetProperty("states", out _) ? List(expect, "states", StateOf) : null,
            Product = expect.TryGetProperty("scales", out _)
                ? (List(expect, "scales", FloatOf), List(expect, "accumulators", static e => unchecked((int)BitsOf(e))))
                : null,
            Commitments = expect.TryGetProperty("commitment", out JsonElement commitment)
                ? [Digest.Parse(commitment.GetString()!)]
                : List(expect, "commitments", static c => Digest.Parse(c.GetString()!)),
            Trap = CodeOf(expect, "trap"),
        };
    }

    private static ProgramCase Program(JsonElement json) => new(json.GetProperty("name").GetString()!, json.GetProperty("source").GetString()!)
    {
        Module = Convert.FromHexString(json.GetProperty("module").GetString()!),
        Prompt = List(json, "prompt", static e => e.GetInt32()),
        Emits = List(json, "emits", static e => e.GetInt32()),
        Retires = json.TryGetProperty("retires", out JsonElement retires) ? retires.GetUInt64() : null,
        Trap = CodeOf(json, "trap"),
        Invalid = CodeOf(json, "invalid"),
    };

    private static T[] List<T>(JsonElement json, string key, Func<JsonElement, T> of) =>
        json.TryGetProperty(key, out JsonElement items) ? [.. items.EnumerateArray().Select(of)] : [];

    private static Tensor TensorOf(JsonElement json) =>
        new(ElementOf(json), List(json, "shape", static e => e.GetInt32()), List(json, "bits", BitsOf));

    private static StateRows StateOf(JsonElement json) => new(
        ElementOf(json), List(json, "row", static e => e.GetInt32()), json.GetProperty("max").GetInt32(), List(json, "bits", BitsOf));

    private static Immediate ImmediateOf(JsonElement json)
    {
        JsonProperty value = json.EnumerateObject().Single();
        return value.Name switch
        {
            "f32" => new Immediate(OperandKind.ImmF32, BitsOf(value.Value)),
            "u32" => Immediate.Of(value.Value.GetUInt32()),
            "axes" => Immediate.Axes([.. value.Value.EnumerateArray().Select(static a => a.GetInt32())]),
            "type" => DTypes.TryParse(value.Value.GetString()!, out DType type) ? Immediate.Of(type) : throw new FormatException("no such dtype"),
            _ => Immediate.Of(LongOf(value.Value)),
        };
    }

    private static DType ElementOf(JsonElement json) =>
        DTypes.TryParse(json.GetProperty("dtype").GetString()!, out DType element) ? element : throw new FormatException("no such dtype");

    private static FaultCode CodeOf(JsonElement json, string key) =>
        json.TryGetProperty(key, out JsonElement name) ? Enum.Parse<FaultCode>(name.GetString()!) : FaultCode.None;

    private static float FloatOf(JsonElement json) => BitConverter.UInt32BitsToSingle((uint)BitsOf(json));

    private static ulong BitsOf(JsonElement json) => ulong.Parse(json.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static long LongOf(JsonElement json) => long.Parse(json.GetString()!, CultureInfo.InvariantCulture);
}

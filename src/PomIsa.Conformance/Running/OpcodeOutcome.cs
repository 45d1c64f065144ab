using System.Text.Json;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Conformance.Running;

/// <summary>The scales of the rows and the exact sums of a quantized product, which its record commits to.</summary>
internal sealed record Product(byte[] Scales, byte[] Sums);

/// <summary>What one execution gave. Fields as in the <c>expect</c> of spec/vectors/README.md.</summary>
internal sealed record OpcodeOutcome
{
    /// <summary>The trap; nothing else means anything then.</summary>
    public FaultCode Trap { get; init; }

    public Tensor[] Writes { get; init; } = [];

    public long[] Pushes { get; init; } = [];

    public StateRows[] States { get; init; } = [];

    public Product? Product { get; init; }

    /// <summary>Outputs of the run by number, null where nothing was given.</summary>
    public OutputTensor?[] Outputs { get; init; } = [];

    public string[] Commitments { get; init; } = [];

    /// <summary>Writes the fields into an object that is open.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Trap != FaultCode.None)
        {
            json.WriteString("trap", Trap.ToString());
            return;
        }

        WriteList(json, "writes", Writes, static (tensor, json) => tensor.Write(json));
        WriteList(json, "pushes", Pushes, static (scalar, json) => json.WriteStringValue(scalar.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        WriteList(json, "states", States, static (state, json) => state.Write(json));
        WriteList(json, "outputs", Outputs, WriteOutput);
        if (Product is { } product)
        {
            Tensor.WriteBits(json, "scales", product.Scales, sizeof(float));
            Tensor.WriteBits(json, "accumulators", product.Sums, sizeof(int));
        }

        if (Commitments.Length == 1)
        {
            json.WriteString("commitment", Commitments[0]);
        }
        else
        {
            WriteList(json, "commitments", Commitments, static (digest, json) => json.WriteStringValue(digest));
        }
    }

    /// <summary>An output, or null.</summary>
    public static void WriteOutput(OutputTensor? output, Utf8JsonWriter json)
    {
        if (output is null)
        {
            json.WriteNullValue();
        }
        else
        {
            new Tensor(output.Element, [.. output.Shape], [.. output.Bytes]).Write(json);
        }
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, T[] items, Action<T, Utf8JsonWriter> write)
    {
        if (items.Length == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        Array.ForEach(items, item => write(item, json));
        json.WriteEndArray();
    }
}

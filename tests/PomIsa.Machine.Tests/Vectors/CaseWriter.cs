using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Cases to JSON; spec/vectors/README.md describes the form.</summary>
internal static class CaseWriter
{
    public static string FileText(OpcodeRow row, IEnumerable<VectorCase> cases) => JsonLayout.Text(new JsonObject
    {
        ["opcode"] = row.Mnemonic,
        ["code"] = row.Code.ToString("x2", CultureInfo.InvariantCulture),
        ["meaning"] = row.Synopsis,
        ["cases"] = new JsonArray([.. cases.Select(c => c is OperandCase one ? Of(one) : Of((ProgramCase)c))]),
    });

    private static JsonObject Of(OperandCase one)
    {
        var json = new JsonObject { ["name"] = one.Name };
        Add(json, "reads", one.Reads, Of);
        Add(json, "weights", one.Weights, w =>
        {
            JsonObject weight = Of(w.Values);
            Add(weight, "sub", w.Sub, static u => u);
            Add(weight, "scale", w.Scale, f => Hex(BitConverter.SingleToUInt32Bits(f), 4));
            return weight;
        });
        Add(json, "states", one.States, Of);
        if (one.Symbols.Length > 0)
        {
            json["symbols"] = new JsonObject(one.Symbols.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Name, s.Value)));
        }

        Add(json, "immediates", one.Immediates, Of);
        Add(json, "stack", one.Stack, Long);
        if (one.Prompt is { } prompt)
        {
            json["prompt"] = Numbers(prompt);
        }

        Add(json, "into", one.Into, i => new JsonObject { ["dtype"] = DTypes.NameOf(i.Element), ["shape"] = Numbers(i.Shape) });
        json["expect"] = Expect(one);
        return json;
    }

    private static JsonObject Expect(OperandCase one)
    {
        if (one.Trap != FaultCode.None)
        {
            return new JsonObject { ["trap"] = one.Trap.ToString() };
        }

        var expect = new JsonObject();
        Add(expect, "writes", one.Writes, Of);
        Add(expect, "pushes", one.Pushes, Long);
        if (one.StatesAfter is { } after)
        {
            Add(expect, "states", after, Of);
        }

        if (one.Product is { } product)
        {
            Add(expect, "scales", product.Scales, f => Hex(BitConverter.SingleToUInt32Bits(f), 4));
            Add(expect, "accumulators", product.Sums, v => Hex(unchecked((uint)v), 4));
        }

        if (one.Commitments.Length == 1)
        {
            expect["commitment"] = one.Commitments[0].ToString();
        }
        else
        {
            Add(expect, "commitments", one.Commitments, static c => c.ToString());
        }

        return expect;
    }

    private static JsonObject Of(ProgramCase one)
    {
        var json = new JsonObject
        {
            ["name"] = one.Name,
            ["source"] = one.Source,
            ["module"] = Convert.ToHexStringLower(one.Module),
        };
        if (one.Invalid != FaultCode.None)
        {
            json["invalid"] = one.Invalid.ToString();
            return json;
        }

        json["prompt"] = Numbers(one.Prompt);
        json["emits"] = Numbers(one.Emits);
        if (one.Trap != FaultCode.None)
        {
            json["trap"] = one.Trap.ToString();
        }
        else if (one.Retires is { } retires)
        {
            json["retires"] = retires;
        }

        return json;
    }

    private static JsonObject Of(Tensor tensor) => new()
    {
        ["dtype"] = DTypes.NameOf(tensor.Element),
        ["shape"] = Numbers(tensor.Shape),
        ["bits"] = Bits(tensor.Bits, tensor.Element),
    };

    private static JsonObject Of(StateRows state) => new()
    {
        ["dtype"] = DTypes.NameOf(state.Element),
        ["row"] = Numbers(state.Row),
        ["max"] = state.Max,
        ["bits"] = Bits(state.Bits, state.Element),
    };

    private static JsonObject Of(Immediate immediate) => immediate.Kind switch
    {
        OperandKind.ImmF32 => new JsonObject { ["f32"] = Hex(immediate.Bits, 4) },
        OperandKind.ImmU32 => new JsonObject { ["u32"] = (uint)immediate.Bits },
        OperandKind.ImmAxes => new JsonObject { ["axes"] = Numbers([.. Enumerable.Range(0, Raw(immediate).AxisCount).Select(i => Raw(immediate).Axis(i))]) },
        OperandKind.ImmType => new JsonObject { ["type"] = DTypes.NameOf(Raw(immediate).Type) },
        _ => new JsonObject { ["i64"] = Long(unchecked((long)immediate.Bits)) },
    };

    private static Operand Raw(Immediate immediate) => new(immediate.Bits);

    private static void Add<T>(JsonObject json, string key, T[] items, Func<T, JsonNode?> of)
    {
        if (items.Length > 0)
        {
            json[key] = new JsonArray([.. items.Select(of)]);
        }
    }

    private static JsonArray Numbers(int[] values) => new([.. values.Select(v => (JsonNode)v)]);

    private static JsonArray Bits(ulong[] bits, DType element) => new([.. bits.Select(b => (JsonNode)Hex(b, Tensor.SizeOf(element)))]);

    private static string Hex(ulong bits, int bytes) => bits.ToString("x16", CultureInfo.InvariantCulture)[^(2 * bytes)..];

    // A string, since JSON's numbers lose bits beyond 2^53 in many readers.
    private static JsonNode Long(long value) => value.ToString(CultureInfo.InvariantCulture);
}

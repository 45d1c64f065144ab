using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Isa;

namespace PomIsa.Conformance.Running;

/// <summary>Immediates, each an object with one field that names its kind.</summary>
internal static class ImmediateJson
{
    /// <summary>The immediates of a row, in its order.</summary>
    public static Operand[] All(JsonElement json, OpcodeRow row)
    {
        int at = 0;
        Operand[] all = json.List("immediates", item => at < row.Immediates.Length
            ? Of(item, row.Immediates[at++])
            : throw new RequestException($"'{row.Mnemonic}' takes {row.Immediates.Length} immediates."));
        return all.Length == row.Immediates.Length ? all : throw new RequestException($"'{row.Mnemonic}' takes {row.Immediates.Length} immediates.");
    }

    private static Operand Of(JsonElement json, ImmediateRow row) => row.Kind switch
    {
        OperandKind.ImmF32 => new Operand(json.Field("f32").Bits(sizeof(float))),
        OperandKind.ImmU32 => json.Field("u32").Unsigned() is <= uint.MaxValue and var value
            ? Operand.OfU32((uint)value)
            : throw new RequestException($"'{row.Name}' is beyond a u32."),
        OperandKind.ImmI64 => Operand.OfI64(json.Field("i64").Long()),
        OperandKind.ImmAxes => Axes(json.List("axes", JsonFields.Number)),
        OperandKind.ImmType => DTypes.TryParse(json.Text("type"), out DType type) && DTypes.IsComputed(type)
            ? Operand.OfType(type)
            : throw new RequestException($"'{row.Name}' is no element type of registers."),
        _ => throw new RequestException($"'{row.Name}' is an immediate of a kind that has no JSON."),
    };

    private static Operand Axes(int[] axes) => axes.Length <= Limits.Rank && Array.TrueForAll(axes, static a => a < Limits.Rank)
        ? Operand.OfAxes(axes)
        : throw new RequestException("Those are too many axes, or one is too great.");
}

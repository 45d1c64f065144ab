using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>One tensor that a weight is kept as.</summary>
/// <param name="Suffix">What follows the weight's name: empty, <c>.sub</c> or <c>.scale</c>.</param>
/// <param name="DType">Element type as a tensor file spells it.</param>
/// <param name="Shape">Stored shape.</param>
public sealed record StoredTensor(string Suffix, string DType, ImmutableArray<long> Shape);

/// <summary>The tensors that a weight stands for, from its logical form and back. Spec: spec/numerics.md, chapter 7.</summary>
public static class WeightStorage
{
    /// <summary>Ends the name of the sub-scales of a w4 weight.</summary>
    public const string Sub = ".sub";

    /// <summary>Ends the name of the column scales of a quantized weight.</summary>
    public const string Scale = ".scale";

    /// <summary>Suffixes of the tensors that a weight of this type takes besides its own name.</summary>
    public static ImmutableArray<string> Suffixes(DType element) => element switch
    {
        DType.W8 => [Scale],
        DType.W4 => [Sub, Scale],
        _ => [],
    };

    /// <summary>The stored tensors, in the order in which the weight's digest covers them.</summary>
    /// <param name="entry">A weight of a verified module.</param>
    public static ImmutableArray<StoredTensor> Of(WeightEntry entry)
    {
        if (entry.Layout == WeightLayout.Rows)
        {
            return [new("", NameOf(entry.Element), [.. entry.Shape.Select(static d => (long)d)])];
        }

        long depth = entry.Shape[0], columns = entry.Shape[1], panels = columns / 16;
        return entry.Element switch
        {
            DType.W8 => [new("", "I8", [panels, depth / 4, 16, 4]), new(Scale, "F32", [columns])],
            DType.W4 => [new("", "U8", [panels, depth / 8, 16, 4]), new(Sub, "U8", [panels, depth / 32, 16]), new(Scale, "F32", [columns])],
            _ => [new("", NameOf(entry.Element), [panels, depth, 16])],
        };
    }

    /// <summary>The logical form of a weight whose first tensor is stored so; false where there is none.</summary>
    public static bool TryRead(string dtype, ReadOnlySpan<long> stored, out DType element, out ImmutableArray<int> shape, out WeightLayout layout)
    {
        (element, shape, layout) = (DType.F32, [], WeightLayout.Panels16);
        foreach (long dimension in stored)
        {
            if (dimension is < 1 or > Limits.Dimension)
            {
                return false;
            }
        }

        switch ((dtype, stored.Length))
        {
            case ("I8", 4) when stored[2] == 16 && stored[3] == 4:
                (element, shape) = (DType.W8, [(int)stored[1] * 4, (int)stored[0] * 16]);
                return true;
            case ("U8", 4) when stored[2] == 16 && stored[3] == 4:
                (element, shape) = (DType.W4, [(int)stored[1] * 8, (int)stored[0] * 16]);
                return true;
            case ("F32" or "F16" or "BF16", 3) when stored[2] == 16:
                (element, shape) = (ElementOf(dtype), [(int)stored[1], (int)stored[0] * 16]);
                return true;
            case ("F32", 1):
                (shape, layout) = ([(int)stored[0]], WeightLayout.Rows);
                return true;
            case ("F32", 2):
                (shape, layout) = ([(int)stored[0], (int)stored[1]], WeightLayout.Rows);
                return true;
            default:
                return false;
        }
    }

    private static string NameOf(DType element) => element switch
    {
        DType.F16 => "F16",
        DType.BF16 => "BF16",
        _ => "F32",
    };

    private static DType ElementOf(string dtype) => dtype switch
    {
        "F16" => DType.F16,
        "BF16" => DType.BF16,
        _ => DType.F32,
    };
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;

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
            return [new("", StoredName(entry.Element), Wide(entry.Shape))];
        }

        long depth = entry.Shape[0], columns = entry.Shape[1], panels = columns / 16;
        return entry.Element switch
        {
            DType.W8 => [new("", "I8", [panels, depth / 4, 16, 4]), new(Scale, "F32", [columns])],
            DType.W4 => [new("", "U8", [panels, depth / 8, 16, 4]), new(Sub, "U8", [panels, depth / 32, 16]), new(Scale, "F32", [columns])],
            _ => [new("", StoredName(entry.Element), [panels, depth, 16])],
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
            default:
                (element, layout) = (ElementOf(dtype), WeightLayout.Rows);
                shape = [.. stored.ToArray().Select(static d => (int)d)];
                return stored.Length <= Limits.Rank && StoredNames.Contains(dtype);
        }
    }

    /// <summary>Bytes of all tensors of a weight whose declaration is in order.</summary>
    public static long Bytes(WeightEntry entry)
    {
        long bytes = 0;
        foreach (StoredTensor tensor in Of(entry))
        {
            bytes += Bytes(tensor);
        }

        return bytes;
    }

    /// <summary>Bytes of one stored tensor.</summary>
    public static long Bytes(StoredTensor tensor)
    {
        long bytes = tensor.DType is "U8" ? 1 : DTypes.SizeOf(ElementOf(tensor.DType));
        foreach (long dimension in tensor.Shape)
        {
            bytes *= dimension;
        }

        return bytes;
    }

    /// <summary>How a tensor file spells an element type that registers may have.</summary>
    public static string StoredName(DType element) => DTypes.IsComputed(element)
        ? StoredNames[(int)element]
        : throw new ArgumentException($"{DTypes.NameOf(element)} is stored as several tensors.", nameof(element));

    private static readonly ImmutableArray<string> StoredNames = ["", "F32", "F16", "BF16", "I8", "I32", "I64", "BOOL"];

    private static ImmutableArray<long> Wide(ImmutableArray<int> shape)
    {
        var wide = new long[shape.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = shape[i];
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(wide);
    }

    private static DType ElementOf(string dtype) => (DType)Math.Max(StoredNames.IndexOf(dtype), 1);
}

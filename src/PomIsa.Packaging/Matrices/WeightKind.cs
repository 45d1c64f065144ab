using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Packaging.Matrices;

/// <summary>How the matrices of a model are stored.</summary>
public enum WeightKind
{
    /// <summary>32-bit floats.</summary>
    F32,

    /// <summary>8 bits, one scale a column.</summary>
    W8,

    /// <summary>4 bits, one integer sub-scale for 32 of a column, one scale a column.</summary>
    W4,
}

/// <summary>Facts about the kinds.</summary>
public static class WeightKinds
{
    /// <summary>Such as <c>w8</c>.</summary>
    public static string NameOf(WeightKind kind) => DTypes.NameOf(ElementOf(kind));

    /// <summary>Reads what <see cref="NameOf"/> writes.</summary>
    public static bool TryParse(string name, out WeightKind kind)
    {
        kind = name switch { "w8" => WeightKind.W8, "w4" => WeightKind.W4, _ => WeightKind.F32 };
        return name == NameOf(kind);
    }

    /// <summary>Element type of a matrix in panels.</summary>
    public static DType ElementOf(WeightKind kind) => kind switch
    {
        WeightKind.W8 => DType.W8,
        WeightKind.W4 => DType.W4,
        _ => DType.F32,
    };

    /// <summary>The opcode that multiplies by such a matrix.</summary>
    public static string OpcodeOf(WeightKind kind) => kind == WeightKind.F32 ? "matmul" : "linear." + NameOf(kind);

    /// <summary>The kind that a matrix of that depth can have: w4 needs multiples of 32, w8 of 4, and both have a greatest depth.</summary>
    /// <returns>The kind itself, or the next one with more bits.</returns>
    public static WeightKind For(WeightKind kind, int depth)
    {
        WeightKind w8 = depth % 4 == 0 && depth <= Limits.W8Rows ? WeightKind.W8 : WeightKind.F32;
        return kind switch
        {
            WeightKind.W4 => depth % LinearW4.Group == 0 && depth <= Limits.W4Rows ? WeightKind.W4 : w8,
            WeightKind.W8 => w8,
            _ => WeightKind.F32,
        };
    }
}

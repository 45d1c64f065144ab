using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Families;

/// <summary>Weights of each form, drawn.</summary>
internal static class Weights
{
    public static Weight W8(Draw draw, int depth, int columns, F32[]? scale = null) =>
        new(Tensor.Of(DType.W8, [depth, columns], Range(depth * columns, _ => draw.Below(255) - 127L)), scale ?? draw.Spread(columns, -10, -4), []);

    public static Weight W4(Draw draw, int depth, int columns, Func<int, long>? nibble = null, Func<int, int>? sub = null) => new(
        Tensor.Of(DType.W4, [depth, columns], Range(depth * columns, at => nibble?.Invoke(at) ?? draw.Below(16) - 8)),
        draw.Spread(columns, -10, -4),
        [.. Range(depth / 32 * columns, at => sub?.Invoke(at) ?? 1 + draw.Below(63))]);

    /// <summary>A weight of f32, f16 or bf16 with some bits given and the others drawn with mild exponents.</summary>
    public static Weight Floats(Draw draw, DType element, int depth, int columns, params uint[] bits) => Weight.Of(Tensor.Raw(element, [depth, columns], Range(depth * columns, at =>
        at < bits.Length ? bits[at] : Narrow(draw.Spread(-8, 3), element))));

    /// <summary>The values of such a weight, exactly.</summary>
    public static F32[] Values(Weight w) => [.. w.Values.Bits.Select(b => w.Values.Element switch
    {
        DType.F16 => Halves.FromF16((uint)b),
        DType.BF16 => Halves.FromBF16((uint)b),
        _ => new F32((uint)b),
    })];

    private static ulong Narrow(F32 x, DType element) => element switch { DType.F16 => Halves.ToF16(x), DType.BF16 => Halves.ToBF16(x), _ => x.Bits };

    private static IEnumerable<T> Range<T>(int count, Func<int, T> of) => Enumerable.Range(0, count).Select(of);
}

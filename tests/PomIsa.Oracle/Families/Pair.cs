using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;

namespace PomIsa.Oracle.Families;

/// <summary>A case of two operands, of which the second broadcasts to the first.</summary>
internal static class Pair
{
    public static Case Floats(string name, Tensor a, Tensor b, Func<F32, F32, F32> rule)
    {
        (F32[] left, F32[] right) = (a.Floats, b.Floats);
        return new Case(name) { Reads = [a, b], Writes = [Tensor.Of(a.Shape, Enumerable.Range(0, a.Count).Select(at => rule(left[at], right[Broadcast.From(at, a.Shape, b.Shape)])))] };
    }

    public static Case Wholes(string name, Tensor a, Tensor b, DType result, Func<long, long, long> rule)
    {
        (long[] left, long[] right) = (a.Longs, b.Longs);
        return new Case(name) { Reads = [a, b], Writes = [Tensor.Of(result, a.Shape, Enumerable.Range(0, a.Count).Select(at => rule(left[at], right[Broadcast.From(at, a.Shape, b.Shape)])))] };
    }

    /// <summary>A comparison of floats, NaN and all.</summary>
    public static Case Compared(string name, Tensor a, Tensor b, Func<F32, F32, bool> rule)
    {
        (F32[] left, F32[] right) = (a.Floats, b.Floats);
        return new Case(name) { Reads = [a, b], Writes = [Tensor.Of(DType.Bool, a.Shape, Enumerable.Range(0, a.Count).Select(at => rule(left[at], right[Broadcast.From(at, a.Shape, b.Shape)]) ? 1L : 0))] };
    }
}

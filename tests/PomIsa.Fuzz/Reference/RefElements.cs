using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Fuzz.Reference;

/// <summary>Each element by itself.</summary>
internal static class RefElements
{
    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        .. ElementaryFunctions.All.Select(static f => One(f.Name, f.Reference)),
        Two("vadd", static (a, b) => a + b),
        Two("vsub", static (a, b) => a - b),
        Two("vmul", static (a, b) => a * b),
        Two("vdiv", static (a, b) => a / b),
        Two("vmin", Least),
        Two("vmax", Greatest),
        Two("vpow", Kernels.Reference.Power.Pow),
        Two("swiglu", static (a, b) => Kernels.Reference.Elementary.Silu(a) * b, work: 2),
    ];

    /// <summary>Rule 1.7.</summary>
    public static float Greatest(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a > b || (a == b && !float.IsNegative(a)) ? a : b;

    /// <summary>Rule 1.7.</summary>
    public static float Least(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a < b || (a == b && float.IsNegative(a)) ? a : b;

    private static KeyValuePair<string, RefOperation> One(string mnemonic, Func<float, float> of) => new(mnemonic, c =>
    {
        RefTensor x = c.In(1), y = RefTensor.New(DType.F32, x.Shape);
        for (int i = 0; i < x.Length; i++)
        {
            y.F32[i] = Lanes.Canonical(of(x.F32[i]));
        }

        c.Work = (ulong)x.Length;
        return c.Write(y);
    });

    private static KeyValuePair<string, RefOperation> Two(string mnemonic, Func<float, float, float> of, int work = 1) => new(mnemonic, c =>
    {
        RefTensor a = c.In(1), b = c.In(2), y = RefTensor.New(DType.F32, a.Shape);
        for (int i = 0; i < a.Length; i++)
        {
            y.F32[i] = Lanes.Canonical(of(a.F32[i], b.F32[b.Broadcast(i, a.Shape)]));
        }

        c.Work = (ulong)(work * a.Length);
        return c.Write(y);
    });
}

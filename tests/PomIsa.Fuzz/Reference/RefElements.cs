using PomIsa.Isa;
using PomIsa.Kernels;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Fuzz.Reference;

/// <summary>Each element by itself.</summary>
internal static class RefElements
{
    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        .. ElementaryFunctions.All.Select(static f => One(f.Name, f.Reference)),
        Two("vadd", static (a, b) => a + b, static (a, b) => unchecked(a + b)),
        Two("vsub", static (a, b) => a - b, static (a, b) => unchecked(a - b)),
        Two("vmul", static (a, b) => a * b, static (a, b) => unchecked(a * b)),
        Two("vdiv", static (a, b) => a / b, static (a, b) => b == -1 ? unchecked(-a) : a / b, divides: true),
        Two("vrem", Ref.Exact.Remainder, static (a, b) => b == -1 ? 0 : a % b, divides: true),
        Two("vmin", Least, Math.Min),
        Two("vmax", Greatest, Math.Max),
        Two("vpow", Ref.Power.Pow),
        Two("swiglu", static (a, b) => Ref.Elementary.Silu(a) * b, work: 2),
        One("neg", static a => -a, static a => unchecked(-a)),
        One("abs", Math.Abs, static a => a < 0 ? unchecked(-a) : a),
        One("sign", static a => float.IsNaN(a) ? a : a > 0 ? 1 : a < 0 ? -1 : 0, static a => Math.Sign(a)),
        One("sqrt", MathF.Sqrt),
        One("floor", static a => Ref.Exact.Whole(a, static (_, _) => false)),
        One("ceil", static a => Ref.Exact.Whole(a, static (_, twice) => !twice.IsZero)),
        One("trunc", static a => Ref.Exact.Whole(a, (_, twice) => a < 0 && !twice.IsZero)),
        One("round", MathF.Round),
        Compare("veq", static (a, b) => a == b, static (a, b) => a == b),
        Compare("vne", static (a, b) => a != b, static (a, b) => a != b),
        Compare("vlt", static (a, b) => a < b, static (a, b) => a < b),
        Compare("vle", static (a, b) => a <= b, static (a, b) => a <= b),
        Compare("vgt", static (a, b) => a > b, static (a, b) => a > b),
        Compare("vge", static (a, b) => a >= b, static (a, b) => a >= b),
        Logic("vand", static (a, b) => a & b),
        Logic("vor", static (a, b) => a | b),
        Logic("vxor", static (a, b) => a ^ b),
        new("vnot", static c =>
        {
            RefTensor x = c.In(1), y = RefTensor.New(x.Element, x.Shape);
            for (int i = 0; i < x.Length; i++)
            {
                y.SetInteger(i, x.Element == DType.Bool ? 1 - Truth(x, i) : ~x.Integer(i));
            }

            c.Work = (ulong)x.Length;
            return c.Write(y);
        }),
    ];

    /// <summary>Rule 1.7.</summary>
    public static float Greatest(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a > b || (a == b && !float.IsNegative(a)) ? a : b;

    /// <summary>Rule 1.7.</summary>
    public static float Least(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a < b || (a == b && float.IsNegative(a)) ? a : b;

    private static long Truth(RefTensor x, int i) => x.Element == DType.Bool ? (x.Raw[i] != 0 ? 1 : 0) : x.Integer(i);

    private static KeyValuePair<string, RefOperation> One(string mnemonic, Func<float, float> of, Func<long, long>? whole = null) => new(mnemonic, c =>
    {
        RefTensor x = c.In(1), y = RefTensor.New(x.Element, x.Shape);
        for (int i = 0; i < x.Length; i++)
        {
            if (x.Element == DType.F32)
            {
                y.F32[i] = Lanes.Canonical(of(x.F32[i]));
            }
            else
            {
                y.SetInteger(i, whole!(x.Integer(i)));
            }
        }

        c.Work = (ulong)x.Length;
        return c.Write(y);
    });

    private static KeyValuePair<string, RefOperation> Two(
        string mnemonic, Func<float, float, float> of, Func<long, long, long>? whole = null, int work = 1, bool divides = false) => new(mnemonic, c =>
    {
        RefTensor a = c.In(1), b = c.In(2), y = RefTensor.New(a.Element, a.Shape);
        for (int i = 0; i < a.Length; i++)
        {
            int other = b.Broadcast(i, a.Shape);
            if (a.Element == DType.F32)
            {
                y.F32[i] = Lanes.Canonical(of(a.F32[i], b.F32[other]));
            }
            else if (divides && b.Integer(other) == 0)
            {
                return FaultCode.DivisionByZero;
            }
            else
            {
                y.SetInteger(i, whole!(a.Integer(i), b.Integer(other)));
            }
        }

        c.Work = (ulong)(work * a.Length);
        return c.Write(y);
    });

    private static KeyValuePair<string, RefOperation> Compare(string mnemonic, Func<float, float, bool> of, Func<long, long, bool> whole) => new(mnemonic, c =>
    {
        RefTensor a = c.In(1), b = c.In(2), y = RefTensor.New(DType.Bool, a.Shape);
        for (int i = 0; i < a.Length; i++)
        {
            int other = b.Broadcast(i, a.Shape);
            y.Raw[i] = (a.Element == DType.F32 ? of(a.F32[i], b.F32[other]) : whole(Truth(a, i), Truth(b, other))) ? (byte)1 : (byte)0;
        }

        c.Work = (ulong)a.Length;
        return c.Write(y);
    });

    private static KeyValuePair<string, RefOperation> Logic(string mnemonic, Func<long, long, long> of) => new(mnemonic, c =>
    {
        RefTensor a = c.In(1), b = c.In(2), y = RefTensor.New(a.Element, a.Shape);
        for (int i = 0; i < a.Length; i++)
        {
            y.SetInteger(i, of(Truth(a, i), Truth(b, b.Broadcast(i, a.Shape))));
        }

        c.Work = (ulong)a.Length;
        return c.Write(y);
    });
}

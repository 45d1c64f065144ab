using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Many values to one.</summary>
internal static class ReduceOps
{
    public static (string, Operation)[] All { get; } =
    [
        ("argmax", static c => { c.Push(c.View(0).Length == 0 ? 0 : Rows.Argmax(c.View(0).F32)); return FaultCode.None; }),
        ("sum", Sum),
    ];

    private static FaultCode Sum(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        for (int t = 0; t < x.Rows; t++)
        {
            y.F32[t] = Lanes.Canonical(Rows.Sum16(x.F32.Slice(t * x.Columns, x.Columns)));
        }

        return FaultCode.None;
    }
}

using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Between registers and the driver's stack, the weights, the host, and a symbol's value.</summary>
internal static class HostOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "item" => Item,
        "load" => (static c => { c.Weight(1).Raw.CopyTo(c.View(0).Raw); return FaultCode.None; }),
        "output" => (static c => { c.Outputs.Set((int)c.Immediate(0).U32, c.View(0)); return FaultCode.None; }),
        "iota" => Iota,
        _ => null,
    };

    private static FaultCode Item(OpContext c)
    {
        TensorView x = c.View(0);
        c.Push(x.Element switch
        {
            DType.I32 => x.I32[0],
            DType.I64 => x.I64[0],
            _ => x.Raw[0] == 0 ? 0 : 1,
        });
        return FaultCode.None;
    }

    private static FaultCode Iota(OpContext c)
    {
        TensorView y = c.View(0);
        long start = c.Symbol(1);
        for (int t = 0; t < y.Length; t++)
        {
            if (y.Element == DType.I64)
            {
                y.I64[t] = start + t;
            }
            else
            {
                y.I32[t] = unchecked((int)(start + t));
            }
        }

        return FaultCode.None;
    }
}

using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Data in, out and about.</summary>
internal static class MoveOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "input" => Input,
        "token" => Token,
        "tail" => Tail,
        "rows" => (static c => { c.Push(c.View(0).First); return FaultCode.None; }),
        "zeros" => (static c => { c.View(0).Raw.Clear(); return FaultCode.None; }),
        _ => null,
    };

    private static FaultCode Input(OpContext c)
    {
        // The interpreter has checked the tensor and bound the symbol before the view was made.
        c.Inputs[c.Operand(1).Index].Bytes.AsSpan().CopyTo(c.View(0).Raw);
        return FaultCode.None;
    }

    private static FaultCode Token(OpContext c)
    {
        long token = c.Pop();
        if (token is < 0 or > int.MaxValue)
        {
            return FaultCode.TokenOutOfRange;
        }

        c.View(0).I32[0] = (int)token;
        return FaultCode.None;
    }

    private static FaultCode Tail(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        if (x.First < y.First)
        {
            return FaultCode.TailTooLong;
        }

        x.Raw[^y.Bytes..].CopyTo(y.Raw);
        return FaultCode.None;
    }
}

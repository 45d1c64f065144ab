using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>The i64 stack: two's complement, wrapping; comparisons and logic push 0 or 1.</summary>
internal static class ScalarOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "push" => static c => Push(c, c.Immediate(0).I64),
        "drop" => (static c => { c.Pop(); return FaultCode.None; }),
        "dup" => Dup,
        "swap" => Swap,
        "get" => static c => Push(c, c.Locals[c.Operand(0).Index]),
        "set" => (static c => { c.Locals[c.Operand(0).Index] = c.Pop(); return FaultCode.None; }),
        "add" => static c => Binary(c, static (a, b) => unchecked(a + b)),
        "sub" => static c => Binary(c, static (a, b) => unchecked(a - b)),
        "mul" => static c => Binary(c, static (a, b) => unchecked(a * b)),
        "min" => static c => Binary(c, static (a, b) => Math.Min(a, b)),
        "max" => static c => Binary(c, static (a, b) => Math.Max(a, b)),
        "eq" => static c => Binary(c, static (a, b) => a == b ? 1 : 0),
        "ne" => static c => Binary(c, static (a, b) => a != b ? 1 : 0),
        "lt" => static c => Binary(c, static (a, b) => a < b ? 1 : 0),
        "le" => static c => Binary(c, static (a, b) => a <= b ? 1 : 0),
        "gt" => static c => Binary(c, static (a, b) => a > b ? 1 : 0),
        "ge" => static c => Binary(c, static (a, b) => a >= b ? 1 : 0),
        "and" => static c => Binary(c, static (a, b) => a != 0 && b != 0 ? 1 : 0),
        "or" => static c => Binary(c, static (a, b) => a != 0 || b != 0 ? 1 : 0),
        "not" => static c => Push(c, c.Pop() == 0 ? 1 : 0),
        _ => null,
    };

    private static FaultCode Push(OpContext c, long value)
    {
        c.Push(value);
        return FaultCode.None;
    }

    private static FaultCode Binary(OpContext c, Func<long, long, long> operation)
    {
        long b = c.Pop(), a = c.Pop();
        return Push(c, operation(a, b));
    }

    private static FaultCode Dup(OpContext c)
    {
        long value = c.Pop();
        c.Push(value);
        return Push(c, value);
    }

    private static FaultCode Swap(OpContext c)
    {
        long b = c.Pop(), a = c.Pop();
        c.Push(b);
        return Push(c, a);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Stepping;

/// <summary>One function that runs, and which of its registers hold the value that was last written to them: places are shared.</summary>
internal sealed unsafe class Activation
{
    private readonly bool[] _held;

    public Activation(Frame frame)
    {
        Frame = frame;
        _held = new bool[frame.Function.Function.Registers.Length];
        Array.Fill(_held, true, 0, frame.Function.Function.ParameterCount);
    }

    public Frame Frame { get; }

    /// <summary>Instruction that executes, or is about to.</summary>
    public int At { get; set; }

    public int Function => Frame.Function.Index;

    /// <summary>Whether a register was written and not overwritten since by another one in the same place.</summary>
    public bool Holds(int register) => _held[register];

    /// <summary>A register was written.</summary>
    public void Wrote(int register)
    {
        (nint from, nint to) = Range(register);
        for (int other = 0; other < _held.Length; other++)
        {
            (nint start, nint end) = _held[other] ? Range(other) : default;
            _held[other] &= end <= from || start >= to;
        }

        _held[register] = true;
    }

    /// <summary>The call at <see cref="At"/> returned: its results were written.</summary>
    public void Returned(Module module)
    {
        Instruction call = Frame.Function.Function.Body[At];
        for (int i = 1; i < call.Operands.Length; i++)
        {
            if (call.RegisterEffect(i, module) == Effect.Write)
            {
                Wrote(call.Operands[i].Index);
            }
        }
    }

    private (nint From, nint To) Range(int register)
    {
        Span<byte> bytes = Frame.Register(register).Raw;
        var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
        return (start, start + bytes.Length);
    }
}

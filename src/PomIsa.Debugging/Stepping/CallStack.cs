using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Stepping;

/// <summary>Functions that run, the innermost last. Calls form no cycle, so that a function is there at most once.</summary>
internal sealed class CallStack(Module module)
{
    private readonly List<Activation> _all = [];

    public IReadOnlyList<Activation> All => _all;

    public int Depth => _all.Count;

    public Activation Top => _all[^1];

    /// <summary>An instruction is about to execute: enters its function, or returns to it.</summary>
    public void Begin(Frame frame, int at)
    {
        int known = _all.FindIndex(one => one.Function == frame.Function.Index);
        if (known < 0)
        {
            _all.Add(new Activation(frame));
        }
        else if (known < _all.Count - 1)
        {
            _all.RemoveRange(known + 1, _all.Count - known - 1);
            Top.Returned(module);
        }

        Top.At = at;
    }

    public void Clear() => _all.Clear();
}

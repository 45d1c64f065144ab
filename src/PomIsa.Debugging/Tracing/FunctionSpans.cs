namespace PomIsa.Debugging.Tracing;

/// <summary>Which functions are open while retires go by: a timeline shows each as a span around its instructions.</summary>
internal sealed class FunctionSpans
{
    private readonly List<int> _open = [];

    /// <summary>Functions that are open, the innermost last.</summary>
    public IReadOnlyList<int> Open => _open;

    /// <summary>An instruction of a function retires: closes what ended before it and opens what it stands in.</summary>
    /// <remarks>Calls form no cycle, so that a function is open at most once.</remarks>
    public void Enter(int function, Action<int> close, Action<int> open)
    {
        int known = _open.IndexOf(function);
        if (known < 0)
        {
            _open.Add(function);
            open(function);
        }
        else
        {
            CloseTo(known + 1, close);
        }
    }

    /// <summary>Closes all.</summary>
    public void Close(Action<int> close) => CloseTo(0, close);

    private void CloseTo(int count, Action<int> close)
    {
        while (_open.Count > count)
        {
            close(_open[^1]);
            _open.RemoveAt(_open.Count - 1);
        }
    }
}

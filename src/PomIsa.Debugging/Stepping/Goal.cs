namespace PomIsa.Debugging.Stepping;

/// <summary>What a command that lets the program run on waits for.</summary>
internal enum GoalKind
{
    /// <summary>A number of instructions.</summary>
    Steps,

    /// <summary>The next instruction of this function, or its return.</summary>
    Over,

    /// <summary>Another source line.</summary>
    Line,

    /// <summary>The function's return.</summary>
    Out,

    /// <summary>A breakpoint, a watched register, or the end.</summary>
    None,
}

/// <summary>A goal with what held when it was set.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Depth">Functions that ran.</param>
/// <param name="Source">Source line; null where it is not known.</param>
internal sealed record Goal(GoalKind Kind, int Depth, (string File, int Line)? Source)
{
    /// <summary>Instructions to go, of <see cref="GoalKind.Steps"/>.</summary>
    public long Steps { get; set; } = 1;

    /// <summary>Whether to stop before an instruction, at least one having been executed.</summary>
    public bool IsReached(int depth, (string File, int Line)? source) => Kind switch
    {
        GoalKind.Steps => --Steps <= 0,
        GoalKind.Over => depth <= Depth,
        GoalKind.Out => depth < Depth,
        GoalKind.Line => source is null || source != Source || depth < Depth,
        _ => false,
    };
}

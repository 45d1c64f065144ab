namespace PomIsa.Audit.Wide;

/// <summary>How a register of a step depends on the rows that the step is called with.</summary>
internal enum RowClass : byte
{
    /// <summary>Nothing has written it yet.</summary>
    None,

    /// <summary>The same in every call.</summary>
    Same,

    /// <summary>Row t follows from row t of the arguments, and from the states as they are then.</summary>
    Rows,

    /// <summary>One row, which follows from the last row of the arguments.</summary>
    Last,
}

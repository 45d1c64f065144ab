namespace PomIsa.Disputes.Traces;

/// <summary>What is wrong with a record. Numbers are those of the fault proof's bytes; see spec/evidence.md, chapter 14.</summary>
public enum FaultKind : byte
{
    None = 0,

    /// <summary>The entry is no canonical record.</summary>
    Malformed = 1,

    /// <summary>A record of a run that was not opened before it, or of another run than the one that is open.</summary>
    NotOpened = 2,

    /// <summary>The record's sequence number is not the one after its neighbour's: an action is missing, out of order, or there twice.</summary>
    Sequence = 3,

    /// <summary>A record of a run that is closed.</summary>
    AfterClose = 4,

    /// <summary>The same run is opened a second time.</summary>
    Reopened = 5,

    /// <summary>Step, function, offset or opcode are not those that the program comes to here.</summary>
    Place = 6,

    /// <summary>Symbols are named that don't change, or with other values, or are missing.</summary>
    Symbols = 7,

    /// <summary>Outputs of another sort or number than the opcode's.</summary>
    Outputs = 8,

    /// <summary>Scalars that don't follow from the records before.</summary>
    Scalars = 9,

    /// <summary>A closing record with wrong counts, a wrong response, or where the program does not end.</summary>
    Close = 10,

    /// <summary>A record where the program can't go on: the instruction traps.</summary>
    Trap = 11,

    /// <summary>A tensor, or a number taken from one, is not what the opcode gives.</summary>
    Value = 12,

    /// <summary>The record is not what its maker himself says that the run put out there.</summary>
    Claim = 13,
}

/// <summary>A fault that follows from an accused's own records.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Index">Index in the log of the record that is wrong, given those before it.</param>
/// <param name="What">One sentence for people.</param>
public sealed record FaultFinding(FaultKind Kind, ulong Index, string What)
{
    /// <summary>Of a wrong value: its row.</summary>
    public long? Row { get; init; }

    /// <summary>Of a wrong value: the block of the row, 1024 bytes each.</summary>
    public long? Block { get; init; }
}

namespace PomIsa.Evidence.Records;

/// <summary>Why bytes are not a record.</summary>
public enum RecordFaultCode : byte
{
    None = 0,

    /// <summary>The bytes end inside a field.</summary>
    Truncated,

    /// <summary>Bytes follow the record's end.</summary>
    Trailing,

    /// <summary>The first bytes are not a record's.</summary>
    NotARecord,

    /// <summary>A version that this program doesn't know.</summary>
    UnknownVersion,

    /// <summary>A kind, status or tag that doesn't exist.</summary>
    UnknownKind,

    /// <summary>The same content has another form, which is the right one.</summary>
    NotCanonical,

    /// <summary>Longer than an entry can be.</summary>
    TooLong,
}

/// <summary>Why bytes are not a record, and where.</summary>
/// <param name="At">Byte offset in the entry.</param>
public readonly record struct RecordFault(RecordFaultCode Code, int At);

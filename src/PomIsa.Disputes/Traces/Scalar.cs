namespace PomIsa.Disputes.Traces;

/// <summary>A whole number of a driver: known, or recorded in an entry that was not shown.</summary>
internal readonly record struct Scalar
{
    private readonly long _told;

    private Scalar(bool isKnown, long told) => (IsKnown, _told) = (isKnown, told);

    /// <summary>Whether <see cref="Value"/> is one.</summary>
    public bool IsKnown { get; }

    /// <summary>The number; 0 where it is not known.</summary>
    public long Value => IsKnown ? _told : 0;

    /// <summary>Index in the log of the record that holds it, where it is not known; else 0.</summary>
    public ulong Origin => IsKnown ? 0 : (ulong)_told;

    public static Scalar Of(long value) => new(true, value);

    public static Scalar Unknown(ulong origin) => new(false, (long)origin);
}

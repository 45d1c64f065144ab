namespace PomIsa.Disputes.Traces;

/// <summary>A whole number of a driver: known, or recorded in an entry that was not shown.</summary>
/// <param name="IsKnown">Whether <paramref name="Value"/> is one.</param>
/// <param name="Value">The number.</param>
/// <param name="Origin">Index in the log of the record that holds it, where it is not known.</param>
internal readonly record struct Scalar(bool IsKnown, long Value, ulong Origin)
{
    public static Scalar Of(long value) => new(true, value, 0);

    public static Scalar Unknown(ulong origin) => new(false, 0, origin);
}

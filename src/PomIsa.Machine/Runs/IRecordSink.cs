namespace PomIsa.Machine.Runs;

/// <summary>Takes the records of a run in their order.</summary>
/// <remarks>It is called by one thread at a time, which need not be the run's.</remarks>
public interface IRecordSink
{
    /// <summary>Takes one record; false with a reason ends the run.</summary>
    bool TryTake(ReadOnlySpan<byte> entry, out string refusal);

    /// <summary>A <c>commit</c> retired: what was taken so far may be made durable. Not called for what is written when the run has ended: then whoever has it executed does that.</summary>
    void Commit();
}

using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Logs;

/// <summary>A party's log, of which little is read: roots of ranges, and single entries.</summary>
/// <remarks>What it gives is held against the party's signed root by whoever asks.</remarks>
public interface IDisputedLog : IRangeRoots
{
    /// <summary>What it says of itself; the root is what everything else must lead to.</summary>
    Checkpoint Checkpoint { get; }

    /// <summary>The signed checkpoint; empty for a replay, which nobody signs.</summary>
    ReadOnlyMemory<byte> Note { get; }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="CannotOpenException">The party doesn't show it, or shows another than its tree has.</exception>
    byte[] Entry(ulong index);

    /// <summary>Looks for an earlier entry with the same leaf hash, near enough to be found.</summary>
    bool TryFind(Digest leafHash, ulong before, out ulong index);
}

/// <summary>A party can't open what it signed: it has lost, whatever the truth was.</summary>
/// <param name="log">Whose; null while it is being opened.</param>
/// <param name="message">What it can't open.</param>
/// <param name="inner">Why.</param>
public sealed class CannotOpenException(IDisputedLog? log, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The party's log.</summary>
    public IDisputedLog? Log => log;
}

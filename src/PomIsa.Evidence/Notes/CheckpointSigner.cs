using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Notes;

/// <summary>Signs a log as it grows, and nothing that the last signed checkpoint is no prefix of.</summary>
/// <remarks>
/// What was signed in the past lies in a file and is held against the log when the signer is made: the root over as many of its entries must be the signed one. From
/// then on the log can only be appended to.
/// </remarks>
public sealed class CheckpointSigner
{
    private readonly RecordLog _log;
    private readonly LogKey _key;

    /// <param name="log">The log, all of it committed.</param>
    /// <param name="key">Its key.</param>
    /// <param name="last">The checkpoint that was signed last, or null.</param>
    /// <exception cref="LogException">The log is not what was signed.</exception>
    public CheckpointSigner(RecordLog log, LogKey key, ReadOnlySpan<byte> last)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(key);
        (_log, _key) = (log, key);
        if (last.IsEmpty)
        {
            return;
        }

        if (!Checkpoint.TryOpen(last, key.Verifier, out Checkpoint signed, out NoteFault fault))
        {
            throw Refused($"the checkpoint beside it is not its own ({fault})");
        }

        var tree = new TreeFrontier();
        var waiting = new EntryBatch();
        foreach (byte[] entry in signed.Size <= log.Size ? log.ReadAll().Take((int)Math.Min(signed.Size, int.MaxValue)) : [])
        {
            waiting.Add(entry);
            if (waiting.IsFull)
            {
                waiting.MoveTo(tree);
            }
        }

        waiting.MoveTo(tree);
        if (tree.Size != signed.Size || tree.Root != signed.Root)
        {
            throw Refused(signed.Size > log.Size
                ? $"it has {log.Size} entries, and {signed.Size} were signed"
                : $"its first {signed.Size} entries are not those that were signed");
        }
    }

    /// <summary>The signed checkpoint of the log as it stands.</summary>
    public byte[] Sign() => new Checkpoint(_key.Name, _log.Size, _log.Root).Sign(_key);

    private LogException Refused(string detail) => new(new LogFault(LogFaultCode.Corrupted, _log.Folder, detail + "; nothing will be signed"));
}

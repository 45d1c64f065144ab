using System.Diagnostics;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>Why a log was refused.</summary>
public enum LogCheckCode : byte
{
    None = 0,

    /// <summary>An entry is no canonical record; <see cref="LogCheckFault.Record"/> says why.</summary>
    Malformed,

    /// <summary>An action was minted a second time.</summary>
    DuplicateMint,

    /// <summary>An action is missing before this entry.</summary>
    SequenceGap,

    /// <summary>A record of a run that was not opened.</summary>
    UnknownRun,

    /// <summary>A record of a run after its closing record.</summary>
    AfterClose,

    /// <summary>A closing record whose count of retired opcodes isn't the records' before it.</summary>
    WrongCount,

    /// <summary>A record in another form than its run's opening record declares.</summary>
    WrongForm,

    /// <summary>A private run's record that counts other tokens than the records before it.</summary>
    WrongTokens,

    /// <summary>The log has fewer entries than its checkpoint says.</summary>
    TooShort,

    /// <summary>The entries are not those that the checkpoint was signed over.</summary>
    RootDiffers,
}

/// <summary>Why a log was refused, and where.</summary>
/// <param name="Index">Index of the entry; for <see cref="LogCheckCode.TooShort"/> and <see cref="LogCheckCode.RootDiffers"/> the number of entries seen.</param>
/// <param name="Run">The run, where one is concerned.</param>
/// <param name="Sequence">The sequence number found there.</param>
/// <param name="Record">For malformed entries: what is wrong with the bytes.</param>
public readonly record struct LogCheckFault(LogCheckCode Code, ulong Index, Digest Run, ulong Sequence, RecordFault Record)
{
    /// <inheritdoc/>
    public override string ToString() => Code switch
    {
        LogCheckCode.None => "no fault",
        LogCheckCode.Malformed => $"Entry {Index} is not a record: {Record.Code} at byte {Record.At}.",
        LogCheckCode.DuplicateMint => $"Entry {Index} mints action {Sequence} of run {Run.Short} a second time.",
        LogCheckCode.SequenceGap => $"Before entry {Index} (action {Sequence} of run {Run.Short}) a record is missing.",
        LogCheckCode.UnknownRun => $"Entry {Index} belongs to run {Run.Short}, which was not opened.",
        LogCheckCode.AfterClose => $"Entry {Index} belongs to run {Run.Short}, which was closed before it.",
        LogCheckCode.WrongCount => $"Entry {Index} closes run {Run.Short} with a wrong count of retired opcodes.",
        LogCheckCode.WrongForm => $"Entry {Index} of run {Run.Short} is not in the form, public or private, that the run was opened with.",
        LogCheckCode.WrongTokens => $"Entry {Index} of run {Run.Short} counts other tokens than the records before it.",
        LogCheckCode.TooShort => $"The log has {Index} entries, fewer than its checkpoint.",
        LogCheckCode.RootDiffers => $"The log's {Index} entries don't have the root that its checkpoint was signed over: some entry was changed.",
        _ => Code.ToString(),
    };
}

/// <summary>Checks a log's entries against a checkpoint and against the rules of minting; needs no model.</summary>
public static class LogCheck
{
    /// <summary>Whether entries are sound records, each action minted once and in order, with the checkpoint's root over its first <c>Size</c> entries.</summary>
    /// <remarks>Entries behind the checkpoint's size are held to the same rules; no signature covers them yet.</remarks>
    public static bool Verify(IEnumerable<byte[]> entries, Checkpoint checkpoint, out LogCheckFault fault)
    {
        var tree = new TreeFrontier();
        var waiting = new EntryBatch();
        var minted = new MintSequence();
        Digest root = tree.Root;
        ulong index = 0;
        foreach (byte[] entry in entries)
        {
            if (!CheckEntry(entry, index, minted, out fault))
            {
                return false;
            }

            index++;
            waiting.Add(entry);
            if (waiting.IsFull || index == checkpoint.Size)
            {
                waiting.MoveTo(tree);
                root = index == checkpoint.Size ? tree.Root : root;
            }
        }

        return End(index, root, checkpoint, out fault);
    }

    /// <summary>The same of a list, on all threads, where the root over all entries is known already, so that they are not hashed again if the checkpoint covers them all.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="checkpoint">What was signed.</param>
    /// <param name="rootOfAll">The root over all entries, which the caller has computed from them.</param>
    /// <param name="pool">Threads to use.</param>
    /// <param name="fault">Why they were refused.</param>
    public static bool Verify(EntryList entries, Checkpoint checkpoint, Digest rootOfAll, WorkerPool pool, out LogCheckFault fault)
    {
        var minted = new MintSequence();
        int last = 0;
        foreach (int at in entries.Turns())
        {
            if (at > last + 1 && RetirePeek.TryRead(entries[at - 1], out RetirePeek before))
            {
                minted.GoOn(RetirePeek.RunOf(entries[at - 1]), before);
            }

            if (!CheckEntry(entries[at], (ulong)at, minted, out fault))
            {
                return false;
            }

            last = at;
        }

        ulong size = (ulong)entries.Count;
        Digest root = size <= checkpoint.Size ? rootOfAll : entries.Slice(0, (int)checkpoint.Size).Root(pool);
        return End(size, root, checkpoint, out fault);
    }

    private static bool End(ulong size, Digest root, Checkpoint checkpoint, out LogCheckFault fault)
    {
        LogCheckCode code = size < checkpoint.Size ? LogCheckCode.TooShort
            : root != checkpoint.Root ? LogCheckCode.RootDiffers
            : LogCheckCode.None;
        fault = code == LogCheckCode.None ? default : new LogCheckFault(code, Math.Min(size, checkpoint.Size), default, 0, default);
        return code == LogCheckCode.None;
    }

    private static bool CheckEntry(ReadOnlySpan<byte> entry, ulong index, MintSequence minted, out LogCheckFault fault)
    {
        fault = default;
        if (RetirePeek.TryRead(entry, out RetirePeek plain))
        {
            return minted.TryMint(RetirePeek.RunOf(entry), plain, out MintFault refused) || Refuse(refused, index, out fault);
        }

        if (!Record.TryDecode(entry, out Record record, out RecordFault malformed))
        {
            fault = new LogCheckFault(LogCheckCode.Malformed, index, default, 0, malformed);
            return false;
        }

        if (record is RunClose close && close.Retired != close.Sequence - 1)
        {
            fault = new LogCheckFault(LogCheckCode.WrongCount, index, close.RunId, close.Sequence, default);
            return false;
        }

        MintFault mint = default;
        bool sound = record switch
        {
            RunOpen open => minted.TryOpen(Digest.Of(entry), open.Private?.Mode ?? PrivacyMode.None, out mint),
            RunClose last => minted.TryMint(last, out mint),
            _ => throw new UnreachableException(), // all retires were read above
        };
        return sound || Refuse(mint, index, out fault);
    }

    private static bool Refuse(MintFault mint, ulong index, out LogCheckFault fault)
    {
        LogCheckCode code = mint.Code switch
        {
            MintFaultCode.AlreadyMinted => LogCheckCode.DuplicateMint,
            MintFaultCode.SequenceGap => LogCheckCode.SequenceGap,
            MintFaultCode.RunClosed => LogCheckCode.AfterClose,
            MintFaultCode.WrongForm => LogCheckCode.WrongForm,
            MintFaultCode.WrongTokens => LogCheckCode.WrongTokens,
            _ => LogCheckCode.UnknownRun,
        };
        fault = new LogCheckFault(code, index, mint.Run, mint.Sequence, default);
        return false;
    }
}

using FASTER.core;
using Microsoft.Win32.SafeHandles;

namespace PomIsa.Evidence.Log;

/// <summary>Where FASTER's commit metadata lives: two files that are written in turn, each with its own digest.</summary>
/// <remarks>
/// A commit writes its slot behind its records and flushes both in any order, at once where somebody waits for it: such a slot
/// counts only where the records have its root. Once both are durable the other slot says so, in its own time: nothing waits for it,
/// and from then on records that are not there are damage. The slot that is durable is never the one that is written.
/// </remarks>
internal sealed class CommitSlots : ILogCommitManager
{
    private readonly LogFiles _files;
    private readonly LogDevice _device;
    private readonly SafeFileHandle?[] _handles = new SafeFileHandle?[2];
    private CommitSlot _latest;
    private int _durable;

    /// <param name="files">The log's folder.</param>
    /// <param name="device">Its records.</param>
    /// <param name="from">What the log goes on from, one of <see cref="Read"/>.</param>
    internal CommitSlots(LogFiles files, LogDevice device, FoundSlot from) =>
        (_files, _device, _latest, _durable) = (files, device, from.Slot, from.File);

    /// <summary>What a log may go on from: the newest commit, and where it need not be durable the one before it.</summary>
    /// <remarks>The second counts only if the records don't have the first one's root. A folder without any is a new log, unless it has records.</remarks>
    /// <exception cref="LogException">The commit files are gone or damaged, or can't be read.</exception>
    internal static IReadOnlyList<FoundSlot> Read(LogFiles files)
    {
        var found = new List<FoundSlot>();
        try
        {
            for (int slot = 0; slot < 2; slot++)
            {
                if (File.Exists(files.CommitPath(slot)) && CommitSlot.TryDecode(File.ReadAllBytes(files.CommitPath(slot))) is { } sound)
                {
                    found.Add(new FoundSlot(sound, slot));
                }
            }

            if (found.Count == 0 && files.HasRecords)
            {
                throw files.Corrupted("records without a sound commit file");
            }
        }
        catch (Exception e) when (LogFiles.IsStorageFault(e))
        {
            throw files.Unreadable(e);
        }

        if (found.Count < 2)
        {
            return found.Count == 0 ? [new FoundSlot(CommitSlot.New, 0)] : found;
        }

        (FoundSlot newer, FoundSlot older) = found[1].Slot.Number > found[0].Slot.Number ? (found[1], found[0]) : (found[0], found[1]);
        bool isSettled = newer.Slot.IsSettled || (older.Slot.IsSettled && older.Slot.Number == newer.Slot.Number);
        return isSettled ? [newer] : [newer, older];
    }

    /// <summary>Makes durable what was found: who wrote it may have been killed before it was.</summary>
    /// <exception cref="LogException">The disk refuses.</exception>
    internal void Settle()
    {
        try
        {
            if (_latest.Number == 0)
            {
                Write(_durable, _latest);
            }

            Flush(_durable);
            _device.FlushAllToDisk();
        }
        catch (Exception e) when (LogFiles.IsStorageFault(e))
        {
            _files.Fail(e);
            _files.ThrowIfFailed();
        }
    }

    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata = false)
    {
        if (_files.Failure is null)
        {
            try
            {
                var commit = new CommitSlot(commitNum, commitMetadata, IsSettled: false);
                int slot = 1 - _durable; // not by the number: FASTER leaves out those of commits that a later one covers
                Write(slot, commit);
                Flush(slot); // on a journaling file system two files that two threads flush at once take little longer than one
                _device.FlushToDisk();
                if (_files.Failure is null)
                {
                    (_latest, _durable) = (commit, slot);
                    Write(1 - slot, commit with { IsSettled = true });
                }
            }
            catch (Exception e) when (LogFiles.IsStorageFault(e))
            {
                _files.Fail(e);
            }
        }
    }

    public IEnumerable<long> ListCommits() => _latest.Number > 0 ? [_latest.Number] : [];

    public byte[] GetCommitMetadata(long commitNum) => commitNum == _latest.Number ? _latest.Metadata : [];

    public void OnRecovery(long commitNum)
    {
    }

    public void RemoveCommit(long commitNum)
    {
    }

    public void RemoveAllCommits()
    {
    }

    public void Dispose()
    {
        foreach (SafeFileHandle? handle in _handles)
        {
            handle?.Dispose();
        }
    }

    private void Write(int slot, CommitSlot commit) => RandomAccess.Write(Handle(slot), commit.Encode(), 0);

    private void Flush(int slot) => RandomAccess.FlushToDisk(Handle(slot));

    private SafeFileHandle Handle(int slot) =>
        _handles[slot] ??= File.OpenHandle(_files.CommitPath(slot), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

    /// <summary>A sound commit file.</summary>
    /// <param name="Slot">What it holds.</param>
    /// <param name="File">0 or 1.</param>
    internal sealed record FoundSlot(CommitSlot Slot, int File);
}

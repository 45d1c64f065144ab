using System.Buffers.Binary;
using System.Security.Cryptography;
using FASTER.core;

namespace PomIsa.Evidence.Log;

/// <summary>Where FASTER's commit metadata lives: two files that are written in turn, each with its own digest.</summary>
/// <remarks>
/// A commit flushes the records, then writes the older slot and flushes it. A write that is torn spoils only
/// the slot of the commit that didn't complete; the other one still holds the last that did.
/// Layout: magic (8) ‖ commit number (8) ‖ length (4) ‖ metadata ‖ SHA-256 of all before it; little-endian.
/// </remarks>
internal sealed class CommitSlots(LogFiles files, LogDevice device) : ILogCommitManager
{
    private const int HeadBytes = 20;
    private const int MaxMetadata = 1 << 16;

    private long _latest;
    private byte[] _metadata = [];

    /// <summary>Whether anything was ever committed here.</summary>
    internal bool HasCommit => _latest > 0;

    private static ReadOnlySpan<byte> Magic => "PISALOG1"u8;

    /// <summary>Reads the newest sound slot; a folder without any is a new log, unless it has records.</summary>
    /// <exception cref="LogException">The commit files are gone or damaged, or can't be read or made.</exception>
    internal void Load()
    {
        bool any = false;
        try
        {
            for (int slot = 0; slot < 2; slot++)
            {
                if (File.Exists(files.CommitPath(slot)) && TryRead(File.ReadAllBytes(files.CommitPath(slot)), out long number, out byte[] metadata))
                {
                    (_latest, _metadata) = !any || number > _latest ? (number, metadata) : (_latest, _metadata);
                    any = true;
                }
            }

            if (!any && files.HasRecords)
            {
                throw files.Corrupted("records without a sound commit file");
            }

            if (!any && !files.IsReadOnly)
            {
                Write(0, []);
            }
        }
        catch (Exception e) when (LogFiles.IsStorageFault(e))
        {
            files.Fail(e);
            files.ThrowIfFailed();
        }
    }

    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata = false)
    {
        if (files.Failure is null)
        {
            try
            {
                device.FlushToDisk();
                Write(commitNum, commitMetadata);
                (_latest, _metadata) = (commitNum, commitMetadata);
            }
            catch (Exception e) when (LogFiles.IsStorageFault(e))
            {
                files.Fail(e);
            }
        }
    }

    public IEnumerable<long> ListCommits() => _latest > 0 ? [_latest] : [];

    public byte[] GetCommitMetadata(long commitNum) => commitNum == _latest ? _metadata : [];

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
    }

    private void Write(long number, byte[] metadata)
    {
        var bytes = new byte[HeadBytes + metadata.Length + SHA256.HashSizeInBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), metadata.Length);
        metadata.CopyTo(bytes.AsSpan(HeadBytes));
        SHA256.HashData(bytes.AsSpan(0, HeadBytes + metadata.Length), bytes.AsSpan(HeadBytes + metadata.Length));
        using var handle = File.OpenHandle(files.CommitPath((int)(number & 1)), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(handle, bytes, 0);
        RandomAccess.FlushToDisk(handle);
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out long number, out byte[] metadata)
    {
        (number, metadata) = (0, []);
        if (bytes.Length < HeadBytes + SHA256.HashSizeInBytes || !bytes.StartsWith(Magic))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (length is < 0 or > MaxMetadata || bytes.Length < HeadBytes + length + SHA256.HashSizeInBytes)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..(HeadBytes + length)], hash);
        number = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        metadata = bytes.Slice(HeadBytes, length).ToArray();
        return number >= 0 && hash.SequenceEqual(bytes.Slice(HeadBytes + length, SHA256.HashSizeInBytes));
    }
}

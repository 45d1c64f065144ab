using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PomIsa.Shards;

/// <summary>Where a chunk's bytes lie in the log, and how many they are.</summary>
internal readonly record struct ChunkAddress(long At, int Length);

/// <summary>The log of a store that is only read, as the files that it is: chunks are found by going from record to record and read straight into place.</summary>
/// <remarks>
/// FASTER takes longer to be opened than a small model to be loaded, and hands out each chunk by way of a page of its own. What is found here is a hint: whoever reads a chunk
/// hashes it, and asks FASTER where it is not what was looked for or not there. Only one thread looks for chunks; any may read them.
/// </remarks>
internal sealed unsafe class CommittedLog : IDisposable
{
    // A record: a word that is 0 behind a page's last, the key as it lies in memory, the length, the chunk; the next begins at a multiple of 8.
    private const int KeyAt = sizeof(long), LengthAt = KeyAt + Digest.Size, ChunkAt = LengthAt + sizeof(int), Step = 8;

    private const string InfoName = "info.dat.0", IndexName = "ht.dat.0";

    // Some thousand records, which takes as long as FASTER's opening.
    private const long Farthest = 4L << 30;

    private readonly string _path;
    private readonly long _end;
    private readonly Dictionary<Digest, ChunkAddress> _found = [];
    private readonly SafeFileHandle?[] _segments;
    private readonly Lock _opening = new();
    private long _next;

    private CommittedLog(string path, long begin, long end)
    {
        (_path, _next, _end) = (path, begin, end);
        _segments = new SafeFileHandle?[(int)((end - 1) >> ChunkLog.SegmentBits) + 1];
    }

    /// <summary>The log up to the store's one checkpoint; null where there are several, or where it is not whole: FASTER knows what to make of that.</summary>
    internal static CommittedLog? TryOpen(StoreFolder folder)
    {
        if (!folder.HasCommitted)
        {
            return null;
        }

        try
        {
            string[] logs = Directory.GetDirectories(Path.Combine(folder.Checkpoints, "cpr-checkpoints"));
            string token = logs.Length == 1 ? Path.GetFileName(logs[0]) : "", index = Path.Combine(folder.Checkpoints, "index-checkpoints", token);
            return logs.Length == 1 && File.Exists(Path.Combine(index, InfoName)) && File.Exists(Path.Combine(index, IndexName))
                && CheckpointText.TryParse(File.ReadAllBytes(Path.Combine(logs[0], InfoName)), token, out CheckpointText text)
                ? new CommittedLog(folder.Log, text.Begin, text.End)
                : null;
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            return null;
        }
    }

    /// <summary>Goes on through the records until it comes to the chunk.</summary>
    internal bool TryFind(Digest digest, out ChunkAddress address)
    {
        while (!_found.TryGetValue(digest, out address))
        {
            if (!TryNext())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a chunk's bytes, not hashed yet; false where the file system has none.</summary>
    internal bool TryRead(ChunkAddress address, Span<byte> destination)
    {
        try
        {
            SafeFileHandle segment = Segment(address.At);
            long at = address.At & ((1L << ChunkLog.SegmentBits) - 1);
            int done = 0;
            for (int read; done < destination.Length && (read = RandomAccess.Read(segment, destination[done..], at + done)) > 0;)
            {
                done += read;
            }

            return done == destination.Length;
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach (SafeFileHandle? segment in _segments)
        {
            segment?.Dispose();
        }
    }

    // What can't be a record ends the way.
    private bool TryNext()
    {
        Span<byte> head = stackalloc byte[ChunkAt];
        while (_next < _end && _next < Farthest)
        {
            long page = _next & -ChunkLog.PageLength;
            if (_next + ChunkAt > page + ChunkLog.PageLength)
            {
                _next = page + ChunkLog.PageLength;
                continue;
            }

            if (!TryRead(new ChunkAddress(_next, ChunkAt), head))
            {
                break;
            }

            if (BinaryPrimitives.ReadInt64LittleEndian(head) == 0)
            {
                _next = page + ChunkLog.PageLength;
                continue;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(head[LengthAt..]);
            if (!ChunkFunctions.FitsPage(_next, length))
            {
                break;
            }

            _found[MemoryMarshal.Read<Digest>(head[KeyAt..])] = new ChunkAddress(_next + ChunkAt, length);
            _next += (ChunkAt + length + Step - 1) & -Step;
            return true;
        }

        _next = _end;
        return false;
    }

    private SafeFileHandle Segment(long address)
    {
        int number = (int)(address >> ChunkLog.SegmentBits);
        lock (_opening)
        {
            return _segments[number] ??= File.OpenHandle(
                string.Create(CultureInfo.InvariantCulture, $"{_path}.{number}"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>Reads a log that is sound straight from its files, its pages on all threads.</summary>
/// <remarks>
/// Every entry's checksum is looked at, and the root over all of them. Of anything that is not as it should be nothing is said here: FASTER reads it
/// once more, entry by entry, and says what there is to say.
/// </remarks>
internal sealed unsafe class LogPages
{
    /// <summary>Bytes of a file: 2 to the power of this.</summary>
    internal const int SegmentBits = 26;

    private readonly LoggedCommit _commit;
    private readonly List<SafeFileHandle> _segments;
    private readonly NativeBuffer _bytes;
    private readonly NativeBuffer _found; // lengths of entries, page by page in any order
    private readonly PageEntries[] _pages;
    private long _entries;
    private volatile bool _failed;

    private LogPages(LoggedCommit commit, List<SafeFileHandle> segments, NativeBuffer bytes, NativeBuffer found) =>
        (_commit, _segments, _bytes, _found, _pages) = (commit, segments, bytes, found, new PageEntries[((commit.Until - 1) >> RecordPage.Bits) + 1]);

    /// <summary>Reads what was committed; false where anything is out of order.</summary>
    /// <param name="files">The log's folder.</param>
    /// <param name="slot">The newest commit.</param>
    /// <param name="pool">Threads to use.</param>
    /// <param name="entries">The entries, which the caller disposes of.</param>
    /// <param name="root">The root over them.</param>
    internal static bool TryRead(LogFiles files, CommitSlot slot, WorkerPool pool, [NotNullWhen(true)] out EntryList? entries, out Digest root)
    {
        (entries, root) = (null, default);
        if (!LoggedCommit.TryRead(slot.Metadata, out LoggedCommit commit) || commit.Size > int.MaxValue || commit.Size > (ulong)commit.Until / RecordPage.LeastEntry)
        {
            return false;
        }

        var segments = new List<SafeFileHandle>();
        try
        {
            return TryOpen(files, commit.Until, segments) && TryRead(commit, segments, pool, out entries, out root);
        }
        catch (Exception e) when (LogFiles.IsStorageFault(e))
        {
            return false;
        }
        finally
        {
            foreach (SafeFileHandle segment in segments)
            {
                segment.Dispose();
            }
        }
    }

    // Memory is taken only for bytes that are there: how many they are is a file's word.
    private static bool TryOpen(LogFiles files, long until, List<SafeFileHandle> segments)
    {
        for (long start = 0; start < until; start += 1L << SegmentBits)
        {
            SafeFileHandle segment = File.OpenHandle(files.SegmentPath(segments.Count), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            segments.Add(segment);
            if (RandomAccess.GetLength(segment) < Math.Min(until - start, 1L << SegmentBits))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryRead(LoggedCommit commit, List<SafeFileHandle> segments, WorkerPool pool, [NotNullWhen(true)] out EntryList? entries, out Digest root)
    {
        (entries, root) = (null, default);
        var bytes = new NativeBuffer(commit.Until);
        using var found = new NativeBuffer(sizeof(ushort) * (long)commit.Size);
        var pages = new LogPages(commit, segments, bytes, found);
        pool.Run(pages._pages.Length, new PageWork(pages, new ushort[]?[pool.Threads]));
        if (pages._failed || pages._entries != (long)commit.Size)
        {
            bytes.Dispose();
            return false;
        }

        var list = new EntryList(bytes, pages.InOrder(pool), (int)commit.Size);
        root = list.Root(pool);
        if (root != commit.Root)
        {
            list.Dispose();
            return false;
        }

        entries = list;
        return true;
    }

    private NativeBuffer InOrder(WorkerPool pool)
    {
        var places = new NativeBuffer(sizeof(ulong) * _entries);
        long index = 0;
        foreach (ref PageEntries page in _pages.AsSpan())
        {
            page = page with { Index = index };
            index += page.Count;
        }

        pool.Run(_pages.Length, new PlaceWork(this, (ulong*)places.Data));
        return places;
    }

    private static int BeginOf(int page) => page == 0 ? LoggedCommit.Begin : 0;

    private void Read(int page, ushort[] lengths)
    {
        long address = (long)page << RecordPage.Bits;
        int bytes = (int)Math.Min(RecordPage.Bytes, _commit.Until - address);
        byte* start = _bytes.Data + address;
        int count = -1;
        fixed (ushort* room = lengths)
        {
            if (Fill(new Span<byte>(start, bytes), address))
            {
                count = RecordPage.Find(start, BeginOf(page), bytes, room);
            }
        }

        long first = Interlocked.Add(ref _entries, Math.Max(count, 0)) - count;
        if (count < 0 || first + count > (long)_commit.Size)
        {
            _failed = true;
            return;
        }

        lengths.AsSpan(0, count).CopyTo(new Span<ushort>((ushort*)_found.Data + first, count));
        _pages[page] = new PageEntries(first, 0, count);
    }

    private bool Fill(Span<byte> page, long address)
    {
        SafeFileHandle segment = _segments[(int)(address >> SegmentBits)];
        long offset = address & ((1L << SegmentBits) - 1);
        while (!page.IsEmpty)
        {
            int read = RandomAccess.Read(segment, page, offset);
            if (read == 0)
            {
                return false;
            }

            page = page[read..];
            offset += read;
        }

        return true;
    }

    private readonly struct PageWork(LogPages pages, ushort[]?[] lengths) : IWork
    {
        public void Item(int item, int worker)
        {
            if (pages._failed)
            {
                return;
            }

            try
            {
                pages.Read(item, lengths[worker] ??= new ushort[RecordPage.Bytes / RecordPage.LeastEntry]);
            }
            catch (Exception e) when (LogFiles.IsStorageFault(e))
            {
                pages._failed = true;
            }
        }
    }

    private readonly struct PlaceWork(LogPages pages, ulong* places) : IWork
    {
        public void Item(int item, int worker)
        {
            PageEntries page = pages._pages[item];
            RecordPage.Place(((long)item << RecordPage.Bits) + BeginOf(item), (ushort*)pages._found.Data + page.Found, places + page.Index, page.Count);
        }
    }

    /// <summary>A page's entries: the first among those that were found, the first among all in order, and how many.</summary>
    private readonly record struct PageEntries(long Found, long Index, int Count);
}

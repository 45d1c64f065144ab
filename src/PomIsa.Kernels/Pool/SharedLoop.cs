using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PomIsa.Kernels;

/// <summary>The one loop that a pool has open. Any thread takes an item with one exchange, of the right loop or none at all.</summary>
/// <remarks>
/// The ticket holds the loop's number, the first item that is left and the end of those that are. A new loop opens only when all items of the last
/// one are done, so a thread that read an old ticket fails its exchange, and what it read beside it goes unused. Half of the threads take items
/// from the end: from loop to loop a thread comes by the same rows, which its own caches hold.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 4 * CacheLine)]
internal unsafe struct SharedLoop
{
    /// <summary>Most items of one loop.</summary>
    public const int MostItems = ushort.MaxValue;

    private const int CacheLine = 64;

    private const int CountShift = 16;

    // A line of its own for what all read, and one for what is counted.
    [FieldOffset(CacheLine)]
    private long _ticket;

    [FieldOffset(CacheLine + 8)]
    private void* _work;

    [FieldOffset(CacheLine + 16)]
    private delegate*<void*, int, int, void> _body;

    [FieldOffset(CacheLine + 24)]
    private int _stoppable;

    [FieldOffset(2 * CacheLine)]
    private int _done;

    [FieldOffset((2 * CacheLine) + 4)]
    private int _left;

    /// <summary>Whether an item can be taken.</summary>
    public readonly bool IsOpen
    {
        get
        {
            long ticket = Volatile.Read(in _ticket);
            return Next(ticket) < Count(ticket);
        }
    }

    /// <summary>Items that were given up because the loop was stopped.</summary>
    public readonly int LeftOut => _left;

    /// <summary>Items done or given up.</summary>
    public readonly int Done => Volatile.Read(in _done);

    /// <summary>Opens a loop of <paramref name="count"/> items over <paramref name="work"/>, which lies still until all are done.</summary>
    public void Open<T>(int count, ref T work, bool stoppable)
        where T : struct, IWork
    {
        _work = Unsafe.AsPointer(ref work);
        _body = &Invoke<T>;
        _stoppable = stoppable ? 1 : 0;
        (_done, _left) = (0, 0);
        Interlocked.Exchange(ref _ticket, (((_ticket >> 32) + 1) << 32) | ((long)count << CountShift));
    }

    /// <summary>Takes and does items until there are none. An item's exception goes to <paramref name="failure"/> before the item counts as done.</summary>
    public void Take(int worker, ref CancellationToken stop, ref Exception? failure)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int item = Next(ticket), count = Count(ticket);
            if (item >= count)
            {
                return;
            }

            void* work = _work;
            delegate*<void*, int, int, void> body = _body;
            bool closes = _stoppable != 0 && stop.IsCancellationRequested;
            int taken = closes ? count - item : 1;
            bool fromEnd = (worker & 1) != 0 && !closes;
            item = fromEnd ? count - 1 : item;
            if (Interlocked.CompareExchange(ref _ticket, fromEnd ? ticket - (1 << CountShift) : ticket + taken, ticket) != ticket)
            {
                continue;
            }

            if (closes)
            {
                _left = taken;
            }
            else
            {
                try
                {
                    body(work, item, worker);
                }
                catch (Exception e) // carried to the caller's thread, not swallowed
                {
                    failure = e;
                }
            }

            Interlocked.Add(ref _done, taken);
        }
    }

    private static void Invoke<T>(void* work, int item, int worker)
        where T : struct, IWork => Unsafe.AsRef<T>(work).Item(item, worker);

    private static int Next(long ticket) => (ushort)ticket;

    private static int Count(long ticket) => (ushort)(ticket >> CountShift);
}

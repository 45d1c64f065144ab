using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>SHA-256 of up to sixteen messages, one in each lane; their lengths may differ.</summary>
/// <remarks>
/// Blocks that every message fills are read where they lie. The first behind a prefix byte, and those in which a message ends, are
/// put together beside it. A lane whose message has ended keeps its state while others go on; absent lanes repeat the first.
/// </remarks>
internal static unsafe class Sha256Lanes512
{
    internal const int Width = 16;

    private const int Block = Sha256Compress512.Block;

    private static Vector512<sbyte> Positions
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            (sbyte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
            32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63);
    }

    /// <summary>Hashes the messages, each behind the byte <paramref name="prefix"/> if that is not negative.</summary>
    /// <param name="count">1 to 16.</param>
    /// <param name="between">Called after each block of SHA-256, some 0.3 µs, where it is given.</param>
    internal static void Hash(int prefix, HashJob* jobs, int count, Action? between = null)
    {
        byte* room = stackalloc byte[((Width + 9) * Block)];
        var state = (Vector512<uint>*)(((nint)room + Block - 1) & -Block);
        byte* edge = (byte*)(state + 8);
        byte** rows = stackalloc byte*[Width];
        int lead = prefix < 0 ? 0 : 1;
        int shortest = int.MaxValue, longest = 0;
        for (int lane = 0; lane < count; lane++)
        {
            int total = jobs[lane].Length + lead;
            shortest = Math.Min(shortest, total);
            longest = Math.Max(longest, total);
        }

        Begin(state);
        int full = shortest / Block, blocks = Blocks(longest), block = 0;
        if (lead > full)
        {
            full = 0;
        }
        else if (lead > 0)
        {
            Compose(prefix, jobs, count, 0, edge, rows);
            Sha256Compress512.Run(state, rows, 1);
            block = 1;
        }

        if (full > block)
        {
            for (int lane = 0; lane < Width; lane++)
            {
                rows[lane] = jobs[lane < count ? lane : 0].Message + ((block * Block) - lead);
            }

            Run(state, rows, full - block, between);
            block = full;
        }

        for (int ended = Blocks(shortest); block < blocks; block++)
        {
            Compose(prefix, jobs, count, block, edge, rows);
            if (block < ended)
            {
                Sha256Compress512.Run(state, rows, 1);
            }
            else
            {
                RunSome(state, rows, jobs, count, lead, block);
            }
        }

        for (int lane = 0; lane < count; lane++)
        {
            rows[lane] = jobs[lane].Hash;
        }

        Sha256Words512.Store(state, rows, count);
    }

    private static void Run(Vector512<uint>* state, byte** rows, int blocks, Action? between)
    {
        if (between is null)
        {
            Sha256Compress512.Run(state, rows, blocks);
            return;
        }

        for (int block = 0; block < blocks; block++)
        {
            between();
            Sha256Compress512.Run(state, rows, 1);
            for (int lane = 0; lane < Width; lane++)
            {
                rows[lane] += Block;
            }
        }
    }

    /// <summary>Blocks of a message of so many bytes, padding included.</summary>
    internal static int Blocks(int total) => ((total + 8) / Block) + 1;

    private static void Begin(Vector512<uint>* state)
    {
        for (int i = 0; i < 8; i++)
        {
            state[i] = Vector512.Create(Sha256Constants.Initial[i]);
        }
    }

    // Lanes whose messages do not reach into this block keep their state. No vector goes to another method by value, else no code could be compiled before it runs.
    private static void RunSome(Vector512<uint>* state, byte** rows, HashJob* jobs, int count, int lead, int block)
    {
        uint* open = stackalloc uint[Width];
        for (int lane = 0; lane < Width; lane++)
        {
            open[lane] = lane < count && block < Blocks(jobs[lane].Length + lead) ? uint.MaxValue : 0;
        }

        Vector512<uint>* kept = stackalloc Vector512<uint>[8];
        for (int i = 0; i < 8; i++)
        {
            kept[i] = state[i];
        }

        Sha256Compress512.Run(state, rows, 1);
        for (int i = 0; i < 8; i++)
        {
            state[i] = Vector512.ConditionalSelect(Vector512.Load(open), state[i], kept[i]);
        }
    }

    // A block with prefix, message, end mark, zeros and the length in bits, whichever of them fall into it.
    private static void Compose(int prefix, HashJob* jobs, int count, int block, byte* edge, byte** rows)
    {
        int lead = prefix < 0 ? 0 : 1, start = block * Block;
        bool first = block == 0 && lead > 0;
        Vector512<sbyte> positions = Positions;
        Vector512<sbyte> begun = first ? Vector512.GreaterThan(positions, Vector512<sbyte>.Zero) : Vector512<sbyte>.AllBitsSet;
        Vector512<sbyte> front = first ? Vector512.CreateScalar((sbyte)prefix) : Vector512<sbyte>.Zero;
        for (int lane = 0; lane < Width; lane++)
        {
            rows[lane] = edge + ((lane < count ? lane : 0) * Block);
            if (lane >= count)
            {
                continue;
            }

            int total = jobs[lane].Length + lead;
            var end = Vector512.Create((sbyte)Math.Clamp(total - start, -1, Block));
            Vector512<sbyte> mark = Vector512.Equals(positions, end) & Vector512.Create(unchecked((sbyte)0x80));

            // A masked load touches no byte outside its mask, not even to fault.
            Vector512<sbyte> bytes = Avx512BW.MaskLoad(
                (sbyte*)jobs[lane].Message + (start - lead), Vector512.LessThan(positions, end) & begun, front | mark);
            if (block == Blocks(total) - 1)
            {
                ulong bits = BinaryPrimitives.ReverseEndianness(8UL * (ulong)total);
                bytes |= Vector512.Create(0UL, 0, 0, 0, 0, 0, 0, bits).AsSByte();
            }

            bytes.Store((sbyte*)rows[lane]);
        }
    }
}

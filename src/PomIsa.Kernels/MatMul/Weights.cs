using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>A stored format of weights, as a type: how 16 neighbouring ones become f32.</summary>
internal unsafe interface IWeight
{
    /// <summary>Bytes of one weight.</summary>
    static abstract int Size { get; }

    /// <summary>The 16 columns of a panel lie side by side.</summary>
    static abstract bool InRows { get; }

    /// <summary>16 weights of one row, each converted exactly. Only where <see cref="InRows"/>.</summary>
    static abstract Vector512<float> Load(byte* w);

    /// <summary>A block of one panel to <c>to:[steps][16]</c> of f32, zero beyond <paramref name="columns"/> columns.</summary>
    static abstract void Fetch(byte* w, nint wRow, nint wPanel, int columns, int steps, float* to);
}

/// <summary>f32, stored in panels or in rows.</summary>
internal readonly unsafe struct F32Weight : IWeight
{
    public static int Size => sizeof(float);

    public static bool InRows => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* w) => Vector512.Load((float*)w);

    public static void Fetch(byte* w, nint wRow, nint wPanel, int columns, int steps, float* to)
    {
        for (int k = 0; k < steps; k++, w += wRow, to += Lanes.Count)
        {
            if (columns == Lanes.Count)
            {
                Vector512.Load((float*)w).Store(to);
            }
            else
            {
                Lanes.Load(new ReadOnlySpan<float>(w, columns)).Store(to);
            }
        }
    }
}

/// <summary>f32, the transpose of a matrix in rows: weight (k, n) is element (n, k) of it.</summary>
internal readonly unsafe struct TransposedF32Weight : IWeight
{
    public static int Size => sizeof(float);

    public static bool InRows => false;

    public static Vector512<float> Load(byte* w) => throw new UnreachableException();

    public static void Fetch(byte* w, nint wRow, nint wPanel, int columns, int steps, float* to)
    {
        if (columns < Lanes.Count)
        {
            new Span<float>(to, steps * Lanes.Count).Clear();
        }

        Transposition.Panels((float*)w, wPanel / (Lanes.Count * sizeof(float)), columns, steps, to);
    }
}

/// <summary>f16, stored in panels.</summary>
internal readonly unsafe struct F16Weight : IWeight
{
    public static int Size => sizeof(ushort);

    public static bool InRows => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* w) => HalfPrecision.LoadF16((ushort*)w);

    public static void Fetch(byte* w, nint wRow, nint wPanel, int columns, int steps, float* to) =>
        StoredWeight.Fetch<F16Weight>(w, wRow, steps, to);
}

/// <summary>bf16, stored in panels.</summary>
internal readonly unsafe struct BF16Weight : IWeight
{
    public static int Size => sizeof(ushort);

    public static bool InRows => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* w) => HalfPrecision.LoadBF16((ushort*)w);

    public static void Fetch(byte* w, nint wRow, nint wPanel, int columns, int steps, float* to) =>
        StoredWeight.Fetch<BF16Weight>(w, wRow, steps, to);
}

internal static unsafe class StoredWeight
{
    /// <summary>Bytes from what is converted to what is called into the cache.</summary>
    private const int Ahead = 2048;

    /// <summary>A block of a stored panel, which is whole.</summary>
    public static void Fetch<TWeight>(byte* w, nint wRow, int steps, float* to)
        where TWeight : struct, IWeight
    {
        for (int k = 0; k < steps; k++, w += wRow, to += Lanes.Count)
        {
            Prefetch.Near(w + Ahead);
            TWeight.Load(w).Store(to);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>One row of a tile one panel wide.</summary>
internal struct Single
{
    private Vector512<float> _a;

    /// <summary>One step of each chain, if the tile has this row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Add(bool taken, float* x, Vector512<float> w0)
    {
        if (taken)
        {
            _a = Avx512F.FusedMultiplyAdd(Vector512.Create(*x), w0, _a);
        }
    }

    /// <summary>Goes on from the sums at <paramref name="y"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Take(bool taken, float* y)
    {
        if (taken)
        {
            _a = Vector512.Load(y);
        }
    }

    /// <summary>Adds the sums to the earlier ones at <paramref name="y"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Onto(bool taken, float* y)
    {
        if (taken)
        {
            _a = Vector512.Load(y) + _a;
        }
    }

    /// <summary>Stores the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe void Put(bool taken, float* y)
    {
        if (taken)
        {
            Tile.Put(y, _a);
        }
    }
}

/// <summary>One row of a tile two panels wide.</summary>
internal struct Pair
{
    private Vector512<float> _a, _b;

    /// <inheritdoc cref="Single.Add"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Add(bool taken, float* x, Vector512<float> w0, Vector512<float> w1)
    {
        if (taken)
        {
            Vector512<float> factor = Vector512.Create(*x);
            _a = Avx512F.FusedMultiplyAdd(factor, w0, _a);
            _b = Avx512F.FusedMultiplyAdd(factor, w1, _b);
        }
    }

    /// <inheritdoc cref="Single.Take"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Take(bool taken, float* y)
    {
        if (taken)
        {
            _a = Vector512.Load(y);
            _b = Vector512.Load(y + Lanes.Count);
        }
    }

    /// <inheritdoc cref="Single.Onto"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Onto(bool taken, float* y)
    {
        if (taken)
        {
            _a = Vector512.Load(y) + _a;
            _b = Vector512.Load(y + Lanes.Count) + _b;
        }
    }

    /// <inheritdoc cref="Single.Put"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe void Put(bool taken, float* y)
    {
        if (taken)
        {
            Tile.Put(y, _a);
            Tile.Put(y + Lanes.Count, _b);
        }
    }
}

/// <summary>One row of a tile four panels wide.</summary>
internal struct Quad
{
    private Vector512<float> _a, _b, _c, _d;

    /// <inheritdoc cref="Single.Add"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Add(bool taken, float* x, Vector512<float> w0, Vector512<float> w1, Vector512<float> w2, Vector512<float> w3)
    {
        if (taken)
        {
            Vector512<float> factor = Vector512.Create(*x);
            _a = Avx512F.FusedMultiplyAdd(factor, w0, _a);
            _b = Avx512F.FusedMultiplyAdd(factor, w1, _b);
            _c = Avx512F.FusedMultiplyAdd(factor, w2, _c);
            _d = Avx512F.FusedMultiplyAdd(factor, w3, _d);
        }
    }

    /// <inheritdoc cref="Single.Onto"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Onto(bool taken, float* y)
    {
        if (taken)
        {
            _a = Vector512.Load(y) + _a;
            _b = Vector512.Load(y + Lanes.Count) + _b;
            _c = Vector512.Load(y + (2 * Lanes.Count)) + _c;
            _d = Vector512.Load(y + (3 * Lanes.Count)) + _d;
        }
    }

    /// <inheritdoc cref="Single.Put"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe void Put(bool taken, float* y)
    {
        if (taken)
        {
            Tile.Put(y, _a);
            Tile.Put(y + Lanes.Count, _b);
            Tile.Put(y + (2 * Lanes.Count), _c);
            Tile.Put(y + (3 * Lanes.Count), _d);
        }
    }
}

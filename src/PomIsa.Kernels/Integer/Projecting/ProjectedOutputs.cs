using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>What becomes of rows beside their sums, while they are in registers.</summary>
internal interface IProjectedOutput
{
    void Put(int row, nint column, Vector512<int> values);

    void Put(int row, nint column, int value);

    /// <summary>Calls for where <see cref="Put(int, nint, Vector512{int})"/> will write: a store that misses would hold up all stores after it.</summary>
    void Expect(int row, nint column);
}

internal readonly struct NoOutput : IProjectedOutput
{
    public void Put(int row, nint column, Vector512<int> values)
    {
    }

    public void Put(int row, nint column, int value)
    {
    }

    public void Expect(int row, nint column)
    {
    }
}

/// <summary>They are copied: <c>acc:[T,N]</c>.</summary>
internal readonly unsafe struct CopiedRows(int* acc, int columns) : IProjectedOutput
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(int row, nint column, Vector512<int> values) => values.Store(acc + ((nint)row * columns) + column);

    public void Put(int row, nint column, int value) => acc[((nint)row * columns) + column] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(int row, nint column) => ByteTiles.Prefetch(acc + ((nint)row * columns) + column);
}

/// <summary>They are dequantized, as <see cref="LinearW8.Dequantize"/> does: <c>d:[T], w:[N] → y:[T,N]</c>.</summary>
internal readonly unsafe struct DequantizedRows(float* d, float* w, float* y, int columns) : IProjectedOutput
{
    /// <summary>Elements from which values go past the caches: each line would be read before it is written, and be gone again before anyone needs it.</summary>
    private const long ManyElements = 1 << 21;

    public static bool GoPastCaches(float* y, int rows, int columns) => (long)rows * columns >= ManyElements && columns % Lanes.Count == 0 && ((nint)y & 63) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(int row, nint column, Vector512<int> values) => Value(row, column, values).Store(y + ((nint)row * columns) + column);

    public void Put(int row, nint column, int value) => y[((nint)row * columns) + column] = Lanes.Canonical(value * (d[row] * w[column]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(int row, nint column) => ByteTiles.Prefetch(At(row, column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Value(int row, nint column, Vector512<int> values) =>
        Lanes.Canonical(Vector512.ConvertToSingle(values) * (Vector512.Create(d[row]) * Vector512.Load(w + column)));

    /// <summary>The same past the caches.</summary>
    public readonly struct Large(float* d, float* w, float* y, int columns) : IProjectedOutput
    {
        private readonly DequantizedRows _all = new(d, w, y, columns);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Put(int row, nint column, Vector512<int> values) => _all.Value(row, column, values).StoreAlignedNonTemporal(_all.At(row, column));

        public void Put(int row, nint column, int value) => _all.Put(row, column, value);

        public void Expect(int row, nint column)
        {
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* At(int row, nint column) => y + ((nint)row * columns) + column;
}

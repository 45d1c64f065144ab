using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Of the values that <see cref="DequantizedRows"/> would write only the place of each row's greatest is kept (spec/numerics.md, rule 3.3): <c>d:[T], w:[N] → state:[T][2][16]</c>.</summary>
/// <remarks>
/// Each lane keeps the greatest value that it has seen, as a whole number that orders as values do, and the column that its sixteen began at. Columns come in ascending order, and only what is
/// greater takes a place: the first of equal ones stays.
/// </remarks>
internal readonly unsafe struct GreatestRows(float* d, float* w, int* state) : IProjectedOutput
{
    /// <summary>i32 of one row's state.</summary>
    public const int Length = 2 * Lanes.Count;

    /// <summary>Below every value.</summary>
    private const int Nothing = int.MinValue;

    public static void Begin(int* state, int rows)
    {
        for (int i = 0; i < rows * Length; i++)
        {
            state[i] = Nothing;
        }
    }

    /// <summary>What was seen of later columns joins what was seen of earlier ones.</summary>
    public static void Join(int* state, int* later, int rows)
    {
        for (int row = 0; row < rows; row++, state += Length, later += Length)
        {
            Vector512<int> order = Vector512.Load(later), before = Vector512.Load(state), greater = Vector512.GreaterThan(order, before);
            Vector512.ConditionalSelect(greater, order, before).Store(state);
            Vector512.ConditionalSelect(greater, Vector512.Load(later + Lanes.Count), Vector512.Load(state + Lanes.Count)).Store(state + Lanes.Count);
        }
    }

    /// <summary>Where the greatest of a row's values is; 0 if there was none.</summary>
    public static int Of(int* state)
    {
        int greatest = Nothing, column = 0;
        for (int lane = 0; lane < Lanes.Count; lane++)
        {
            int own = state[lane], at = state[Lanes.Count + lane] + lane;
            if (own > greatest || (own == greatest && own != Nothing && at < column))
            {
                (greatest, column) = (own, at);
            }
        }

        return column;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(int row, nint column, Vector512<int> values)
    {
        int* own = state + ((nint)row * Length);
        Vector512<int> order = Order(Vector512.ConvertToSingle(values) * (Vector512.Create(d[row]) * Vector512.Load(w + column))), before = Vector512.Load(own);
        Vector512<int> greater = Vector512.GreaterThan(order, before);
        Vector512.ConditionalSelect(greater, order, before).Store(own);
        Vector512.ConditionalSelect(greater, Vector512.Create((int)column), Vector512.Load(own + Lanes.Count)).Store(own + Lanes.Count);
    }

    public void Put(int row, nint column, int value)
    {
        int* own = state + ((nint)row * Length) + (column % Lanes.Count);
        int order = Order(Vector512.CreateScalar(value * (d[row] * w[column])))[0];
        if (order > *own)
        {
            (own[0], own[Lanes.Count]) = (order, (int)(column & -Lanes.Count));
        }
    }

    public void Expect(int row, nint column)
    {
    }

    /// <summary>NaN above all, -0 as +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Order(Vector512<float> values)
    {
        Vector512<int> bits = Lanes.Canonical(values + Vector512<float>.Zero).AsInt32();
        return bits ^ ((bits >> 31) & Vector512.Create(int.MaxValue));
    }
}

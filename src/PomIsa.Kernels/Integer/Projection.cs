using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Two sums of a matrix's rows, each row times a number of the sum's own, modulo 2⁶⁴: for testing a product without computing it (spec/evidence.md, chapter 9).</summary>
/// <remarks>
/// Coefficients are <c>s:[T,2]</c>, i32. Sums lie as the kernel makes them, <c>z:[2][⌈N/16⌉][16]</c>, of each 16 columns those with even numbers first: <see cref="Place"/>. Arithmetic
/// modulo 2⁶⁴ has no order, so any range of columns, any thread and any instruction gives these bits.
/// </remarks>
public static unsafe class Projection
{
    /// <summary>Sums, each with its own coefficients.</summary>
    public const int Count = 2;

    /// <summary>Rows behind the last that a list of rows must name, any of them: they are called for and not used.</summary>
    public const int Ahead = ProjectionTiles.Rows;

    /// <summary>i64 in one sum of rows of <paramref name="columns"/>.</summary>
    public static int Stride(int columns) => Panels.Count(columns) * Lanes.Count;

    /// <summary>Where a column's sum lies among those of its row.</summary>
    public static int Place(int column) => (column & -Lanes.Count) | ((column & 1) * (Lanes.Count / 2)) | ((column & (Lanes.Count - 1)) >> 1);

    /// <summary>z[j,n] += Σₜ s[t,j] · y[t][n] for columns <paramref name="from"/> to <paramref name="to"/>. Shapes: <c>s:[T,2], y:[T][N] → z:[2,N]</c>; i32 to i64, wrapping.</summary>
    /// <param name="y">The rows, each of a width of its own, and <see cref="Ahead"/> more. Behind each <see cref="PackedSums.Past"/> bytes may be read.</param>
    /// <param name="from">A multiple of 16, as <paramref name="to"/> is unless it is N.</param>
    /// <param name="stride">i64 from one sum to the next, at least <see cref="Stride"/>.</param>
    public static void Sums(int* s, PackedRow* y, int rows, int from, int to, long* z, int stride) =>
        Add(s, y, rows, from, to, z, stride, new NoOutput());

    /// <summary>The same, and the rows to where they are needed: <c>acc:[T,N]</c>.</summary>
    public static void Copies(int* s, PackedRow* y, int rows, int columns, int from, int to, long* z, int stride, int* acc) =>
        Add(s, y, rows, from, to, z, stride, new CopiedRows(acc, columns));

    /// <summary>The same, and value[t,n] = f32(y[t][n]) · (d[t] · w[n]), each operation rounded. Shapes: <c>d:[T], w:[N] → values:[T,N]</c>.</summary>
    /// <param name="d">Scales of the rows.</param>
    /// <param name="w">Scales of the columns.</param>
    public static void Values(int* s, PackedRow* y, int rows, int columns, int from, int to, long* z, int stride, float* d, float* w, float* values)
    {
        if (DequantizedRows.GoPastCaches(values, rows, columns))
        {
            Add(s, y, rows, from, to, z, stride, new DequantizedRows.Large(d, w, values, columns));
            if (Sse.IsSupported)
            {
                Sse.StoreFence(); // what went past the caches is there for whoever is told so
            }

            return;
        }

        Add(s, y, rows, from, to, z, stride, new DequantizedRows(d, w, values, columns));
    }

    /// <summary>i32 for each row, in which <see cref="Greatest"/> keeps what it has seen.</summary>
    public const int GreatestLength = GreatestRows.Length;

    /// <summary>The same sums, and of the values that <see cref="Values"/> would write where the greatest of each row is. Calls with the columns in ascending order go on with the same state.</summary>
    /// <param name="state"><see cref="GreatestLength"/> for each row, after <see cref="BeginGreatest"/>; <see cref="EndGreatest"/> tells what it came to.</param>
    public static void Greatest(int* s, PackedRow* y, int rows, int from, int to, long* z, int stride, float* d, float* w, int* state) =>
        Add(s, y, rows, from, to, z, stride, new GreatestRows(d, w, state));

    /// <summary>Nothing has been seen of so many rows.</summary>
    public static void BeginGreatest(int* state, int rows) => GreatestRows.Begin(state, rows);

    /// <summary>What one state has seen of the columns behind those of another joins it, as if that had seen them, too. Shapes: <c>state, later:[T][2][16]</c>.</summary>
    public static void JoinGreatest(int* state, int* later, int rows) => GreatestRows.Join(state, later, rows);

    /// <summary>The column of each row's greatest value: the lowest of equal ones, that of the first NaN if there is one. Shapes: <c>state:[T][2][16] → greatest:[T]</c>.</summary>
    public static void EndGreatest(int* state, int rows, int* greatest)
    {
        for (int row = 0; row < rows; row++)
        {
            greatest[row] = GreatestRows.Of(state + ((nint)row * GreatestRows.Length));
        }
    }

    /// <summary>u[j,k] += Σₜ s[t,j] · q[t,k] for k from <paramref name="from"/> to <paramref name="to"/>. Shapes: <c>s:[T,2], q:[T,K] → u:[2,K]</c>; i8 to i64, wrapping.</summary>
    /// <param name="flip">0x80 where the rows are stored as q + 128, else 0.</param>
    /// <param name="from">A multiple of 16.</param>
    public static void Rows(int* s, byte* q, byte flip, int rows, int depth, int from, int to, long* u) =>
        ProjectionTiles.Add(s, new ByteRows(q, flip, depth), 0, rows, from, to, u, Stride(depth), new NoOutput());

    /// <summary>Signed bytes that hold a sum of so many rows of bytes: |Σ s · q| ≤ T · 2³¹ · 2⁷, and P bytes hold what is below 127 · 256ᴾ⁻¹; modulo 2⁶⁴ eight hold all.</summary>
    public static int Planes(int rows)
    {
        int count = 5;
        for (long most = (long)rows << (31 + 7 - 32); count < sizeof(long) && most > (long)sbyte.MaxValue << (8 * (count - 5)); count++)
        {
        }

        return count;
    }

    /// <summary>Cuts sums into signed bytes, the lowest first: u[j,k] = Σₚ 256ᵖ · planes[p,j,k], modulo 2⁶⁴. Shapes: <c>u:[2,K]</c> as <see cref="Rows"/> leaves it <c>→ planes:[P,2,K]</c>.</summary>
    /// <param name="planes">As many as <see cref="Planes"/> says for the rows that were added.</param>
    public static void Split(long* u, int depth, int count, sbyte* planes)
    {
        for (int j = 0; j < Count; j++, u += Stride(depth), planes += depth)
        {
            int k = 0;
            for (; k <= depth - Lanes.Count; k += Lanes.Count)
            {
                ProjectionPlanes.Sixteen(u + k, planes + k, count, (nint)Count * depth);
            }

            for (; k < depth; k++)
            {
                ProjectionPlanes.One(u[Place(k)], planes + k, count, (nint)Count * depth);
            }
        }
    }

    /// <summary>The first of some columns where a product of the bytes of s X is not s Y: Σₚ 256ᵖ · acc[p,j,n] ≠ z[j,n] modulo 2⁶⁴; -1 if there is none. Shapes: <c>acc:[P,2,N], z:[2,N]</c>.</summary>
    /// <param name="stride">i64 from one sum of z to the next.</param>
    public static int FirstDifference(int* acc, int count, int columns, long* z, int stride)
    {
        int n = 0;
        for (; n <= columns - Lanes.Count; n += Lanes.Count)
        {
            for (int j = 0; j < Count; j++)
            {
                if (!ProjectionPlanes.Give(acc + ((nint)j * columns) + n, (nint)Count * columns, count, z + ((nint)j * stride) + n))
                {
                    return FirstDifference(acc, count, columns, z, stride, n);
                }
            }
        }

        return FirstDifference(acc, count, columns, z, stride, n);
    }

    /// <summary>Rows side by side that are of one width are added up together.</summary>
    private static void Add<TOutput>(int* s, PackedRow* y, int rows, int from, int to, long* z, int stride, TOutput output)
        where TOutput : struct, IProjectedOutput
    {
        uint* places = stackalloc uint[OpenedRows.Places];
        for (int row = 0, end; row < rows; row = end)
        {
            int width = y[row].Width;
            for (end = row + 1; end < rows && y[end].Width == width; end++)
            {
            }

            OpenedRows.Find(width, places);
            ProjectionTiles.Add(s, new OpenedRows(y, width, places), row, end, from, to, z, stride, output);
        }
    }

    private static int FirstDifference(int* acc, int count, int columns, long* z, int stride, int from)
    {
        for (int n = from; n < columns; n++)
        {
            for (int j = 0; j < Count; j++)
            {
                long sum = 0;
                for (int plane = count - 1; plane >= 0; plane--)
                {
                    sum = unchecked((sum << 8) + acc[((((nint)plane * Count) + j) * columns) + n]);
                }

                if (sum != z[((nint)j * stride) + Place(n)])
                {
                    return n;
                }
            }
        }

        return -1;
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PomIsa.Kernels.Probe;

/// <summary>Sums of rows and their bytes over a small fixed product; the digest is the same everywhere.</summary>
public static unsafe class ProjectionWorkload
{
    /// <summary>SHA-256 of all results in order.</summary>
    public static string Run()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((int rows, int columns) in ((int, int)[])[(1, 16), (3, 40), (4, 15), (19, 100), (300, 64)])
        {
            Add(digest, rows, columns);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static void Add(IncrementalHash digest, int rows, int columns)
    {
        int stride = Projection.Stride(columns), planes = Projection.Planes(rows);
        int[] s = Numbers(rows * Projection.Count, 1), y = Numbers(rows * columns, 2);
        byte[] q = MemoryMarshal.AsBytes<int>(Numbers(((rows * columns) + 19) / 4, 3)).ToArray();
        float[] scales = [.. Numbers(rows, 4).Select(static v => v / 65536f)], w = [.. Numbers(columns, 5).Select(static v => v / 65536f)], values = new float[y.Length];
        long[] z = new long[Projection.Count * stride], u = new long[Projection.Count * stride];
        sbyte[] bytes = new sbyte[planes * Projection.Count * columns];
        byte[] packed = new byte[(sizeof(int) * y.Length) + PackedSums.Past];
        var opened = new PackedRow[rows + Projection.Ahead];
        fixed (int* ps = s)
        fixed (byte* pq = q, py = packed)
        fixed (float* pd = scales, pw = w, pv = values)
        fixed (long* pz = z, pu = u)
        fixed (sbyte* pb = bytes)
        fixed (PackedRow* pr = opened)
        {
            byte* to = py;
            for (int row = 0; row < rows; row++)
            {
                Span<int> sums = y.AsSpan(row * columns, columns);
                foreach (ref int sum in sums)
                {
                    sum >>= row / 5 % 4 * 4; // five rows of each width
                }

                int width = PackedSums.WidthOf(PackedSums.Bits(sums));
                PackedSums.Pack(sums, width, to);
                pr[row] = new PackedRow((nint)to, width);
                to += PackedSums.Bytes(columns, width);
            }

            digest.AppendData(packed.AsSpan(0, (int)(to - py)));
            Projection.Values(ps, pr, rows, columns, 0, columns, pz, stride, pd, pw, pv);
            CheckGreatest(pr, rows, columns, pz, stride, pd, pw, values);
            Projection.Rows(ps, pq, 0x80, rows, columns, 0, columns, pu);
            Projection.Split(pu, columns, planes, pb);
        }

        digest.AppendData(MemoryMarshal.AsBytes<long>(z));
        digest.AppendData(MemoryMarshal.AsBytes<float>(values));
        digest.AppendData(MemoryMarshal.AsBytes<sbyte>(bytes));
    }

    /// <summary>Places of the greatest values are those of the values, which the digest holds. The sums get nothing.</summary>
    private static void CheckGreatest(PackedRow* y, int rows, int columns, long* z, int stride, float* d, float* w, float[] values)
    {
        int[] greatest = new int[rows], state = new int[rows * Projection.GreatestLength], none = new int[rows * Projection.Count];
        fixed (int* pg = greatest, pt = state, pn = none)
        {
            Projection.BeginGreatest(pt, rows);
            Projection.Greatest(pn, y, rows, 0, columns, z, stride, d, w, pt);
            Projection.EndGreatest(pt, rows, pg);
        }

        for (int row = 0; row < rows; row++)
        {
            if (greatest[row] != Rows.Argmax(values.AsSpan(row * columns, columns)))
            {
                throw new InvalidOperationException($"The greatest value of row {row} of {rows} by {columns} is not at {greatest[row]}.");
            }
        }
    }

    private static int[] Numbers(int count, ulong seed)
    {
        var numbers = new int[count];
        ulong state = seed * 0x9E3779B97F4A7C15;
        for (int i = 0; i < count; i++)
        {
            ulong z = unchecked(state += 0x9E3779B97F4A7C15);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
            numbers[i] = (int)(z >> 32);
        }

        return numbers;
    }
}

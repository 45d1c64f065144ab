namespace PomIsa.Kernels;

/// <summary>The exact w4 product one weight at a time, for processors without vectors.</summary>
internal static unsafe class NibbleScalars
{
    public static void Multiply(in ByteProduct call)
    {
        int* sums = stackalloc int[Lanes.Count];
        for (int panel = call.PanelFrom; panel < call.PanelTo; panel++)
        {
            for (int row = 0; row < call.Rows; row++)
            {
                Sum(call, row, panel, sums);
                call.Finish(row, 1, panel, sums, offset: false);
            }
        }
    }

    private static void Sum(in ByteProduct call, int row, int panel, int* sums)
    {
        new Span<int>(sums, Lanes.Count).Clear();
        byte* w = call.W + ((nint)panel * call.Depth * 8), subs = call.Subs + ((nint)panel * call.Depth / 2);
        sbyte* q = (sbyte*)call.Q + ((nint)row * call.Depth);
        for (int k = 0; k < call.Depth; k += 8, w += 64, q += 8)
        {
            byte* sub = subs + (k / LinearW4.Group * Lanes.Count);
            for (int n = 0; n < Lanes.Count; n++)
            {
                int sum = 0;
                for (int j = 0; j < 4; j++)
                {
                    int pair = w[(4 * n) + j];
                    sum += (((pair & 15) - 8) * q[j]) + (((pair >> 4) - 8) * q[4 + j]);
                }

                sums[n] += sum * sub[n];
            }
        }
    }
}

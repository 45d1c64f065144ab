namespace PomIsa.OnnxModels.Writing;

/// <summary>A matrix as MatMulNBits stores it: blocks along k, symmetric, codes from 0 with a zero point of half the range.</summary>
internal static class BlockQuantized
{
    public const int Block = 32;

    /// <summary>Codes [N, K / 32, 32 · bits / 8] with the low bits first, and scales [N · K / 32], of a matrix [K, N].</summary>
    public static (byte[] Codes, float[] Scales) Of(float[] matrix, int rows, int columns, int bits)
    {
        int blocks = rows / Block, each = Block * bits / 8, zero = 1 << (bits - 1);
        var codes = new byte[columns * blocks * each];
        var scales = new float[columns * blocks];
        for (int column = 0; column < columns; column++)
        {
            for (int block = 0; block < blocks; block++)
            {
                float greatest = 0;
                for (int k = 0; k < Block; k++)
                {
                    float value = matrix[(((block * Block) + k) * columns) + column];
                    greatest = MathF.Abs(value) > MathF.Abs(greatest) ? value : greatest;
                }

                // The greatest in magnitude becomes the least code, which reaches one further than the greatest.
                float scale = greatest / -zero;
                int at = (column * blocks) + block;
                scales[at] = scale;
                for (int k = 0; k < Block; k++)
                {
                    float value = matrix[(((block * Block) + k) * columns) + column];
                    int code = scale == 0 ? zero : Math.Clamp((int)MathF.Round(value / scale) + zero, 0, (2 * zero) - 1);
                    codes[(at * each) + (k * bits / 8)] |= (byte)(code << (k * bits % 8));
                }
            }
        }

        return (codes, scales);
    }
}

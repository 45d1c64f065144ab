using System.Numerics;

namespace PomIsa.Kernels.Reference;

/// <summary>Chapter 12, step by step.</summary>
public static class Sampling
{
    /// <summary>Rule 12.2 for a drawn token.</summary>
    public static int Draw(float[] x, float temperature, float topP, uint topK, ulong seed, long position)
    {
        int nan = Array.FindIndex(x, float.IsNaN);
        if (temperature == 0 || nan >= 0)
        {
            return Rows.Argmax(x);
        }

        float[] z = Array.ConvertAll(x, v => v / temperature);
        int[] order = [.. Enumerable.Range(0, x.Length).OrderByDescending(i => z[i] == 0 ? 0f : z[i]).ThenBy(static i => i)];
        order = topK > 0 && topK < x.Length ? order[..(int)topK] : order;
        float m = z[order[0]];
        if (float.IsInfinity(m))
        {
            return order[0];
        }

        float[] e = Array.ConvertAll(order, i => Elementary.Exp(z[i] - m));
        float s = Rows.Sum16(e);
        float[] p = Array.ConvertAll(e, v => v / s);
        var c = new List<float>();
        for (int i = 0; i < p.Length; i++)
        {
            c.Add(i == 0 ? p[0] : c[i - 1] + p[i]);
            if (c[i] >= topP)
            {
                break;
            }
        }

        uint word = Philox([(uint)position, (uint)(position >> 32), 0, 0], [(uint)seed, (uint)(seed >> 32)])[0];
        float h = (word >> 8) * MathF.ScaleB(1, -24) * c[^1];
        int drawn = c.FindIndex(v => v > h);
        return order[drawn < 0 ? c.Count - 1 : drawn];
    }

    /// <summary>Rule 12.3.</summary>
    public static uint[] Philox(uint[] counter, uint[] key)
    {
        const ulong Low = uint.MaxValue;
        ulong c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
        for (int round = 0; round < 10; round++)
        {
            BigInteger a = new BigInteger(c0) * 0xd2511f53, b = new BigInteger(c2) * 0xcd9e8d57;
            (c0, c1, c2, c3) = ((ulong)(b >> 32) ^ c1 ^ k0, (ulong)(b & Low), (ulong)(a >> 32) ^ c3 ^ k1, (ulong)(a & Low));
            (k0, k1) = ((k0 + 0x9e3779b9) & Low, (k1 + 0xbb67ae85) & Low);
        }

        return [(uint)c0, (uint)c1, (uint)c2, (uint)c3];
    }
}

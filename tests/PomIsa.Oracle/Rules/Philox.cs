namespace PomIsa.Oracle.Rules;

/// <summary>Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3; 2011).</summary>
internal static class Philox
{
    private const int Rounds = 10;

    /// <summary>The first word for a key and a counter whose upper half is zero.</summary>
    public static uint First(ulong key, ulong counter) => Block([(uint)counter, (uint)(counter >> 32), 0, 0], (uint)key, (uint)(key >> 32))[0];

    public static uint[] Block(uint[] c, uint k0, uint k1)
    {
        for (int i = 0; i < Rounds; i++)
        {
            ulong a = 0xd2511f53UL * c[0], b = 0xcd9e8d57UL * c[2];
            c = [(uint)(b >> 32) ^ c[1] ^ k0, (uint)b, (uint)(a >> 32) ^ c[3] ^ k1, (uint)a];
            unchecked
            {
                k0 += 0x9e3779b9;
                k1 += 0xbb67ae85;
            }
        }

        return c;
    }
}

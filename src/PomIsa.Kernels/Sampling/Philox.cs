namespace PomIsa.Kernels;

/// <summary>Philox 4x32-10, a counter-based generator: the same counter and key give the same words everywhere.</summary>
/// <remarks>Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011). spec/numerics.md, rule 12.3, writes it out.</remarks>
public static class Philox
{
    private const int Rounds = 10;

    private const uint MultiplierA = 0xd2511f53, MultiplierB = 0xcd9e8d57;

    private const uint WeylA = 0x9e3779b9, WeylB = 0xbb67ae85;

    /// <summary>Four words from a counter of four and a key of two.</summary>
    public static (uint A, uint B, uint C, uint D) Words(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong first = (ulong)MultiplierA * c0, second = (ulong)MultiplierB * c2;
            (c0, c1, c2, c3) = ((uint)(second >> 32) ^ c1 ^ k0, unchecked((uint)second), (uint)(first >> 32) ^ c3 ^ k1, unchecked((uint)first));
            (k0, k1) = unchecked((k0 + WeylA, k1 + WeylB));
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>A value in [0, 1), a multiple of 2^-24, for a position of a run: the first word with the seed for key and the position for counter.</summary>
    public static float Uniform(ulong seed, long position)
    {
        uint word = unchecked(Words((uint)position, (uint)(position >> 32), 0, 0, (uint)seed, (uint)(seed >> 32)).A);
        return (word >> 8) * (1f / (1 << 24));
    }
}

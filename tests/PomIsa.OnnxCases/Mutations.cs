using System.Collections.Immutable;
using PomIsa.Onnx;

namespace PomIsa.OnnxCases;

/// <summary>Changed copies of real model files: each must be compiled or refused, whatever its bytes.</summary>
internal static class Mutations
{
    /// <summary>Compiles <paramref name="rounds"/> changed copies of each case's model; the same seed gives the same copies.</summary>
    /// <returns>How many were compiled and refused, and what was thrown at us.</returns>
    public static (int Compiled, int Refused, ImmutableArray<string> Thrown) Run(ImmutableArray<Case> cases, int rounds, int seed)
    {
        var random = new Random(seed);
        int compiled = 0, refused = 0;
        var thrown = ImmutableArray.CreateBuilder<string>();
        foreach (Case one in cases)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(one.Folder, "model.onnx"));
            for (int round = 0; round < rounds; round++)
            {
                byte[] other = Change(bytes, random);
                try
                {
                    bool good = OnnxCompiler.TryCompile(other, new CompileOptions { Folder = one.Folder }, out _, out _);
                    (compiled, refused) = good ? (compiled + 1, refused) : (compiled, refused + 1);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    thrown.Add($"{one.Name}, round {round}: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}");
                }
            }
        }

        return (compiled, refused, thrown.ToImmutable());
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        if (random.Next(8) == 0)
        {
            return bytes[..random.Next(bytes.Length + 1)];
        }

        byte[] other = [.. bytes];
        for (int changes = 1 + random.Next(4); changes > 0 && other.Length > 0; changes--)
        {
            int at = random.Next(other.Length);
            other[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(other[at] ^ (1 << random.Next(8))),
                _ => (byte)(other[at] + (random.Next(2) == 0 ? 1 : -1)),
            };
        }

        return other;
    }
}

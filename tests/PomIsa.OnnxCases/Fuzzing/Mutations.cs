using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Onnx;

namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>Changed copies of real model files: each must be compiled to a program that is verified, or refused, whatever its bytes.</summary>
internal static class Mutations
{
    /// <summary>What became of all copies.</summary>
    /// <param name="Compiled">How many became programs.</param>
    /// <param name="Refused">How many were refused.</param>
    /// <param name="Wrong">Copies that made the compiler throw, or a program that is not verified.</param>
    /// <param name="Allocated">Most bytes that one copy had allocated, all in all.</param>
    /// <param name="Greediest">Which that was.</param>
    /// <param name="Longest">The longest that one copy took.</param>
    /// <param name="Slowest">Which that was.</param>
    public sealed record Counts(int Compiled, int Refused, ImmutableArray<string> Wrong, long Allocated, string Greediest, TimeSpan Longest, string Slowest)
    {
        public int All => Compiled + Refused + Wrong.Length;
    }

    /// <summary>Compiles <paramref name="rounds"/> changed copies of each case's model; the same seed gives the same copies.</summary>
    /// <param name="keep">Folder that gets the copies that went wrong, or null.</param>
    public static Counts Run(ImmutableArray<Case> cases, int rounds, int seed, string? keep = null)
    {
        var counts = new Counts(0, 0, [], 0, "", TimeSpan.Zero, "");
        foreach (Case one in cases)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(one.Folder, "model.onnx"));
            for (int round = 0; round < rounds; round++)
            {
                // A seed for each copy, so that one that goes wrong can be made again alone.
                var random = new Random(HashCode.Combine(seed, StableHash(one.Name), round));
                (string how, byte[] other) = random.Next(2) == 0 ? ByteMutations.Change(bytes, random) : MessageMutations.Change(bytes, random);
                string name = string.Create(CultureInfo.InvariantCulture, $"{one.Name} seed {seed} round {round}: {how}");
                counts = Add(counts, name, other, one.Folder, keep);
            }
        }

        return counts;
    }

    private static Counts Add(Counts counts, string name, byte[] bytes, string folder, string? keep)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        string? wrong = Try(bytes, folder, out bool compiled);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        if (wrong is not null)
        {
            if (keep is not null)
            {
                File.WriteAllBytes(Path.Combine(keep, string.Create(CultureInfo.InvariantCulture, $"wrong-{counts.Wrong.Length}.onnx")), bytes);
            }

            counts = counts with { Wrong = counts.Wrong.Add($"{name}: {wrong}") };
        }
        else
        {
            counts = compiled ? counts with { Compiled = counts.Compiled + 1 } : counts with { Refused = counts.Refused + 1 };
        }

        counts = allocated > counts.Allocated ? counts with { Allocated = allocated, Greediest = name } : counts;
        return took > counts.Longest ? counts with { Longest = took, Slowest = name } : counts;
    }

    private static string? Try(byte[] bytes, string folder, out bool compiled)
    {
        compiled = false;
        try
        {
            if (OnnxCompiler.TryCompile(bytes, new CompileOptions { Folder = folder, Decoder = new DecoderOptions { Kind = ModelKind.Auto } }, out CompiledModel? model, out OnnxProblem? problem))
            {
                compiled = true;
                return Verifier.TryVerify(model.Module, out _, out ImmutableArray<Fault> faults) ? null : "not verified: " + FaultText.Describe(faults[0], model.Module);
            }

            return problem.ToString().Trim().Length > 0 ? null : "refused without a reason";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}";
        }
    }

    private static int StableHash(string text)
    {
        int hash = 17;
        foreach (char c in text)
        {
            hash = unchecked((hash * 31) + c);
        }

        return hash;
    }
}

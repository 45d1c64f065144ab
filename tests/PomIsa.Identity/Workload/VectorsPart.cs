using System.Text;
using System.Text.Json;
using PomIsa.Conformance.Running;
using PomIsa.Conformance.Vectors;
using PomIsa.Isa;

namespace PomIsa.Identity.Workload;

/// <summary>Every case of every vector file: each opcode of the table retires at least once, with the bits that its file states.</summary>
internal static class VectorsPart
{
    public static (string Digest, ulong Retires) Run(Conditions conditions)
    {
        using var machine = new Hashing(new OwnMachine(conditions.Pool.Threads, default));
        var runner = new CaseRunner(machine, default);
        var retired = new HashSet<string>(StringComparer.Ordinal);
        foreach (VectorCase one in VectorFolder.Read(Path.Combine(conditions.Root, "spec", "vectors"), []))
        {
            CaseResult result = runner.Run(one);
            if (!result.Passed)
            {
                throw new InvalidOperationException($"{one.Group}, {one.Name}: {result.Difference}");
            }

            if (one.Expectation == Expectation.Value)
            {
                retired.Add(one.Group);
            }
        }

        string[] never = [.. InstructionTable.All.Select(static r => r.Mnemonic).Where(m => !retired.Contains(m))];
        return never.Length == 0
            ? (machine.Finish(), machine.Retires)
            : throw new InvalidOperationException($"These opcodes never retired: {string.Join(' ', never)}.");
    }

    /// <summary>Passes requests on, hashes the answers and counts what retired.</summary>
    private sealed class Hashing(IMachine machine) : IMachine
    {
        private readonly RecordHash _hash = new();

        public ulong Retires { get; private set; }

        public JsonDocument Ask(ReadOnlyMemory<byte> request, CancellationToken stop)
        {
            JsonDocument answer = machine.Ask(request, stop);
            JsonElement root = answer.RootElement;
            _hash.Add(Encoding.UTF8.GetBytes(root.GetRawText()));
            Retires += root.TryGetProperty("retires", out JsonElement retires) ? ulong.Parse(retires.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
                : root.TryGetProperty("commitment", out _) || root.TryGetProperty("commitments", out _) || root.TryGetProperty("pushes", out _) ? 1UL : 0;
            return answer;
        }

        public void Restart() => machine.Restart();

        public string Finish() => _hash.Finish();

        public void Dispose()
        {
            _hash.Dispose();
            machine.Dispose();
        }
    }
}

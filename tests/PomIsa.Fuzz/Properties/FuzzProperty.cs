using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Fuzz.Properties;

/// <summary>What a check of a program leaves behind for the report.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();

    public long Programs { get; private set; }

    public long Executed { get; private set; }

    public long MutatedModules { get; set; }

    public long MutatedSources { get; set; }

    public Dictionary<string, long> GeneratedBy { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long> ExecutedBy { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long> TrappedBy { get; } = new(StringComparer.Ordinal);

    public void Generated(Module module)
    {
        lock (_lock)
        {
            Programs++;
            foreach (Instruction instruction in module.Functions.SelectMany(static f => f.Body))
            {
                Count(GeneratedBy, instruction.Row.Mnemonic, 1);
            }
        }
    }

    public void Ran(IReadOnlyDictionary<string, long> executed)
    {
        lock (_lock)
        {
            foreach ((string mnemonic, long times) in executed)
            {
                Executed += times;
                Count(ExecutedBy, mnemonic, times);
            }
        }
    }

    public void Trapped(OpcodeRow row)
    {
        lock (_lock)
        {
            Count(TrappedBy, row.Mnemonic, 1);
        }
    }

    public void Mutated(int modules, int sources)
    {
        lock (_lock)
        {
            (MutatedModules, MutatedSources) = (MutatedModules + modules, MutatedSources + sources);
        }
    }

    private static void Count(Dictionary<string, long> counts, string key, long times) =>
        counts[key] = counts.GetValueOrDefault(key) + times;
}

/// <summary>Pools and counts that checks share.</summary>
internal sealed record Bench(WorkerPool One, WorkerPool Many, Tally Tally) : IDisposable
{
    public static Bench Open() => new(new WorkerPool(1), new WorkerPool(3), new Tally());

    public void Dispose()
    {
        One.Dispose();
        Many.Dispose();
    }
}

/// <summary>Something that holds for every program; the check throws where it does not.</summary>
/// <param name="Name">A sentence.</param>
/// <param name="Weight">How often it is checked, beside the others.</param>
internal sealed record FuzzProperty(string Name, int Weight, Action<FuzzProgram, Bench> Check);

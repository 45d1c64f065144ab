using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Shards;

namespace PomIsa.Machine.Weights;

/// <summary>Finds the tensors that a module names and checks that they are the ones it was bound to: those of like length hashed side by side, several threads at once.</summary>
internal sealed unsafe class WeightBinding
{
    private const int Width = Sha256Lanes.Width;

    // Blocks of SHA-256 are counted in 32 bits; a weight this long is hashed alone whatever stands beside it.
    private const long Longest = 1 << 30;

    private readonly ImmutableArray<WeightEntry> _entries;
    private readonly FoundWeight[] _found;
    private readonly int[] _order; // the found ones, the longest first
    private readonly BoundWeight?[] _bound;
    private readonly MachineFault[] _faults;
    private readonly Lock _gate = new();
    private int _next;

    private WeightBinding(ImmutableArray<WeightEntry> entries, WeightSet? set, InlineWeights inline)
    {
        _entries = entries;
        _found = new FoundWeight[entries.Length];
        _bound = new BoundWeight?[entries.Length];
        _faults = new MachineFault[entries.Length];
        _order = new int[entries.Length];
        int count = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (FoundWeight.TryFind(entries[i], inline[i], set, out _found[i], out _faults[i]))
            {
                _order[count++] = i;
            }
        }

        Array.Resize(ref _order, count);
        Array.Sort(_order, (a, b) => _found[b].Length.CompareTo(_found[a].Length));
    }

    /// <summary>Binds all weights; of several faults the first in order is told.</summary>
    public static bool TryBindAll(ImmutableArray<WeightEntry> entries, WeightSet? set, InlineWeights inline, out BoundWeight[] bound, out MachineFault fault)
    {
        var binding = new WeightBinding(entries, set, inline);
        ThreadTeam.Run(Math.Min(Environment.ProcessorCount, binding._order.Length), binding.Run);
        bound = binding._bound!;
        int failed = Array.IndexOf(binding._bound, null);
        fault = failed < 0 ? default : binding._faults[failed];
        return failed < 0;
    }

    private void Run()
    {
        HashJob* jobs = stackalloc HashJob[Width];
        byte* hashes = stackalloc byte[Width * Digest.Size];
        while (TryTake(jobs, hashes, out int first, out int count))
        {
            if (count == 1)
            {
                Bind(_order[first], _found[_order[first]].Hash());
                continue;
            }

            Sha256Lanes.HashAll(-1, jobs, count);
            for (int i = 0; i < count; i++)
            {
                Bind(_order[first + i], new Digest(new ReadOnlySpan<byte>(jobs[i].Hash, Digest.Size)));
            }
        }
    }

    // The next sixteen, where it takes less time to hash them side by side than one after the other; else the next one.
    private bool TryTake(HashJob* jobs, byte* hashes, out int first, out int count)
    {
        lock (_gate)
        {
            first = _next;
            count = 0;
            for (; count < Width && first + count < _order.Length; count++)
            {
                ref readonly FoundWeight weight = ref _found[_order[first + count]];
                if (!weight.IsOnePiece || weight.Length > Longest)
                {
                    break;
                }

                jobs[count] = new HashJob(weight.Start, (int)weight.Length, hashes + (count * Digest.Size));
            }

            if (!Sha256Lanes.AreFaster(jobs, count))
            {
                count = Math.Min(1, _order.Length - first);
            }

            _next += count;
            return count > 0;
        }
    }

    private void Bind(int index, Digest digest)
    {
        WeightEntry entry = _entries[index];
        if (digest == entry.Digest)
        {
            _bound[index] = _found[index].Bind(entry);
            return;
        }

        _faults[index] = new MachineFault(FaultCode.ShardMismatch, Detail: $"'{entry.Name}' is not the tensor that the program was assembled with");
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Weights;

namespace PomIsa.Conformance.Running;

/// <summary>A module that was loaded, and its weights once they are bound.</summary>
internal sealed class LoadedProgram : IDisposable
{
    private readonly VerifiedModule _verified;
    private readonly GuardedMemory _memory = new();
    private BoundProgram? _bound;

    private LoadedProgram(VerifiedModule verified) => _verified = verified;

    public Bounds Bounds => _verified.Bounds;

    public Module Module => _verified.Module;

    public Digest Digest => Module.ProgramDigest();

    /// <summary>Decodes and verifies; the first fault if that fails.</summary>
    /// <exception cref="MachineBugException">The module encodes to other bytes.</exception>
    public static LoadedProgram? Load(byte[] bytes, out Fault fault)
    {
        if (!Module.TryDecode(bytes, out Module module, out fault))
        {
            return null;
        }

        if (!module.Encode().AsSpan().SequenceEqual(bytes))
        {
            throw new MachineBugException("The decoder accepts bytes that are not the module's encoding.");
        }

        if (!Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults))
        {
            fault = faults[0];
            return null;
        }

        return new LoadedProgram(verified);
    }

    /// <summary>Binds the weights, given in any order by their names; those that the module brings along need not be given.</summary>
    public bool TryBind(JsonElement[] weights, out FaultCode fault)
    {
        var given = weights.ToDictionary(static w => w.Text("name"), LogicalWeight.Of, StringComparer.Ordinal);
        var bound = ImmutableArray.CreateBuilder<BoundWeight>(Module.Weights.Length);
        fault = FaultCode.None;
        for (int i = 0; i < Module.Weights.Length; i++)
        {
            WeightEntry entry = Module.Weights[i];
            if (Module.Data.FirstOrDefault(d => d.Weight == i) is { } inside)
            {
                bound.Add(StoredWeight.Bind(entry, inside.Bytes.AsSpan(), _memory));
                continue;
            }

            fault = entry.Digest.IsZero ? FaultCode.UnboundWeight : FaultCode.ShardMismatch;
            if (entry.Digest.IsZero || !given.TryGetValue(entry.Name, out LogicalWeight? weight) || !Fits(entry, weight))
            {
                return false;
            }

            byte[] stored = StoredWeight.Bytes(entry, weight);
            if (Digest.Of(stored) != entry.Digest)
            {
                return false;
            }

            bound.Add(StoredWeight.Bind(entry, stored, _memory));
        }

        _bound?.Dispose();
        _bound = new BoundProgram(_verified, null, null, bound.MoveToImmutable());
        fault = FaultCode.None;
        return true;
    }

    /// <summary>The program with its weights; without <see cref="TryBind"/> it has those that it brings along.</summary>
    public bool TryGet(out BoundProgram program, out MachineFault fault)
    {
        fault = default;
        program = _bound!;
        if (_bound is null && !BoundProgram.TryBind(_verified, null, out _bound, out fault))
        {
            return false;
        }

        program = _bound!;
        return true;
    }

    public void Dispose()
    {
        _bound?.Dispose();
        _memory.Dispose();
    }

    private static bool Fits(WeightEntry entry, LogicalWeight weight) =>
        weight.Values.Element == entry.Element && weight.Values.Shape.AsSpan().SequenceEqual(entry.Shape.AsSpan());
}

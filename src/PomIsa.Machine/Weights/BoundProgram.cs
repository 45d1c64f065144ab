using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa.Verification;
using PomIsa.Machine.Weights;
using PomIsa.Shards;

namespace PomIsa.Machine;

/// <summary>A verified module together with the attested weights that it names. Keeps the weight set alive; disposes of it.</summary>
public sealed class BoundProgram : IDisposable
{
    private readonly WeightSet? _set;

    private BoundProgram(VerifiedModule verified, WeightSet? set, ImmutableArray<BoundWeight> weights)
    {
        Verified = verified;
        _set = set;
        Weights = weights;
        ProgramDigest = verified.Module.ProgramDigest();
        WeightsDigest = set?.Manifest.RootDigest ?? default;
    }

    /// <summary>The program with its bounds.</summary>
    public VerifiedModule Verified { get; }

    /// <summary>The program.</summary>
    public Isa.Module Module => Verified.Module;

    /// <summary>Weights in the module's order.</summary>
    public ImmutableArray<BoundWeight> Weights { get; }

    /// <summary>Digest of the program without its custom sections.</summary>
    public Digest ProgramDigest { get; }

    /// <summary>Root digest of the weights' manifest; zero for a program without weights.</summary>
    public Digest WeightsDigest { get; }

    /// <summary>Binds a module to a loaded weight set, or to none if it names no weights.</summary>
    public static bool TryBind(
        VerifiedModule verified, WeightSet? set, [NotNullWhen(true)] out BoundProgram? program, out MachineFault fault)
    {
        program = null;
        ImmutableArray<Isa.WeightEntry> entries = verified.Module.Weights;
        if (set is null && !entries.IsEmpty)
        {
            fault = new MachineFault(Isa.FaultCode.ShardMismatch, Detail: $"the program needs weights ('{entries[0].Name}' and others) and got none");
            return false;
        }

        if (!WeightBinding.TryBindAll(entries, set, out BoundWeight[] bound, out fault))
        {
            return false;
        }

        program = new BoundProgram(verified, set, [.. bound]);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _set?.Dispose();
}

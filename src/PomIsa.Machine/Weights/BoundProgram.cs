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
    private readonly InlineWeights? _inline;

    internal BoundProgram(VerifiedModule verified, WeightSet? set, InlineWeights? inline, ImmutableArray<BoundWeight> weights)
    {
        Verified = verified;
        _set = set;
        _inline = inline;
        Weights = weights;
        WeightsDigest = set?.Manifest.RootDigest ?? default;
    }

    /// <summary>The program with its bounds.</summary>
    public VerifiedModule Verified { get; }

    /// <summary>The program.</summary>
    public Isa.Module Module => Verified.Module;

    /// <summary>Weights in the module's order.</summary>
    public ImmutableArray<BoundWeight> Weights { get; }

    /// <summary>Digest of the program without its custom sections.</summary>
    public Digest ProgramDigest => Verified.ProgramDigest;

    /// <summary>Root digest of the weights' manifest; zero for a program whose weights, if any, are all inside it.</summary>
    public Digest WeightsDigest { get; }

    /// <summary>The loaded weights; null where all weights are inside the module, or are another program's.</summary>
    internal WeightSet? Set => _set;

    /// <summary>Binds a module to a loaded weight set, or to none if it names no weights but its own.</summary>
    public static bool TryBind(
        VerifiedModule verified, WeightSet? set, [NotNullWhen(true)] out BoundProgram? program, out MachineFault fault)
    {
        return TryBind(verified, set, new InlineWeights(verified.Module), out program, out fault);
    }

    /// <summary>Binds a module to weights that a compiler has just made; their digests are checked, and no manifest attests them.</summary>
    /// <param name="verified">The program.</param>
    /// <param name="contents">Stored bytes of its weights in their order.</param>
    /// <param name="program">The program with its weights.</param>
    /// <param name="fault">Why not.</param>
    public static bool TryBind(
        VerifiedModule verified, ImmutableArray<byte[]> contents, [NotNullWhen(true)] out BoundProgram? program, out MachineFault fault)
    {
        ArgumentNullException.ThrowIfNull(verified);
        for (int i = 0; i < contents.Length; i++)
        {
            if (i >= verified.Module.Weights.Length || contents[i].Length != Isa.WeightStorage.Bytes(verified.Module.Weights[i]))
            {
                program = null;
                fault = new MachineFault(Isa.FaultCode.ShardMismatch, Detail: $"the contents of weight {i} have another length than its tensors");
                return false;
            }
        }

        return TryBind(verified, null, new InlineWeights(verified.Module, contents), out program, out fault);
    }

    private static bool TryBind(
        VerifiedModule verified, WeightSet? set, InlineWeights inline, [NotNullWhen(true)] out BoundProgram? program, out MachineFault fault)
    {
        program = null;
        ImmutableArray<Isa.WeightEntry> entries = verified.Module.Weights;
        if (!WeightBinding.TryBindAll(entries, set, inline, out BoundWeight[] bound, out fault))
        {
            inline.Dispose();
            return false;
        }

        program = new BoundProgram(verified, set, inline, [.. bound]);
        return true;
    }

    /// <summary>Another program over the same weights, in the same order; this one must outlive it.</summary>
    internal BoundProgram Sharing(VerifiedModule other) => new(other, null, null, Weights);

    /// <inheritdoc/>
    public void Dispose()
    {
        _set?.Dispose();
        _inline?.Dispose();
    }
}

using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Assembly;

/// <summary>What a caller may set.</summary>
public sealed record AssemblerOptions
{
    /// <summary>Values that take the place of what <c>.const</c> says; each must be the name of some <c>.const</c>.</summary>
    public ImmutableSortedDictionary<string, long> Defines { get; init; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Binds each <c>.weight</c> to a digest; without it weights stay unbound unless the source gives digests.</summary>
    public IWeightCatalog? Weights { get; init; }

    /// <summary>Runs the verifier too and reports its faults at their source lines.</summary>
    public bool Verify { get; init; } = true;
}

/// <summary>A module, or why there is none.</summary>
/// <param name="Module">Null exactly if there are diagnostics.</param>
/// <param name="Diagnostics">All mistakes, by file, line and column.</param>
public sealed record AssemblyResult(Module? Module, ImmutableArray<Diagnostic> Diagnostics);

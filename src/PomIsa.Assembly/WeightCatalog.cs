using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Assembly;

/// <summary>What a store of weights knows about one tensor; a w8 entry stands for <c>name</c> and <c>name.scale</c>.</summary>
/// <param name="Shape">Logical shape, as <c>.weight</c> declares it.</param>
/// <param name="Digest">SHA-256 of the tensor's bytes (w8: of both, one after the other).</param>
public sealed record WeightBinding(DType Element, ImmutableArray<int> Shape, WeightLayout Layout, Digest Digest);

/// <summary>The weights that a program is assembled against.</summary>
public interface IWeightCatalog
{
    /// <summary>All names, for suggestions.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The tensor of a name; null if there is none.</summary>
    WeightBinding? Find(string name);
}

using System.Collections.Immutable;
using PomIsa.Onnx.Graphs;

namespace PomIsa.Onnx.Decoders;

/// <summary>What the open sizes of a decoder stand for while something is computed: rows of the step, and rows before it.</summary>
/// <param name="Past">Rows before this step, S.</param>
/// <param name="Rows">Rows of this step, T.</param>
internal readonly record struct Extents(long Past, long Rows)
{
    /// <summary>Name of the size that counts the rows of a step.</summary>
    public const string RowsName = "T";

    /// <summary>Name of the size that counts the rows before it.</summary>
    public const string PastName = "S";

    /// <summary>Sizes by which shapes are told apart: no model's own dimension has such factors.</summary>
    public static Extents Codes { get; } = new(2_000_014, 1_000_003);

    /// <summary>The same for a model without caches, which sees its rows alone.</summary>
    public static Extents CodesWithoutPast { get; } = new(0, 1_000_003);

    /// <summary>Rows before the step and in it.</summary>
    public long Positions => Past + Rows;

    /// <summary>The sizes by name.</summary>
    public ImmutableDictionary<string, Size> Sizes => ImmutableDictionary<string, Size>.Empty.Add(RowsName, Size.Of(Rows)).Add(PastName, Size.Of(Past));

    /// <summary>How many an atom stands for.</summary>
    public long Of(Atom atom) => atom.Kind switch
    {
        AtomKind.Rows => Rows,
        AtomKind.Past => Past,
        AtomKind.Positions => Positions,
        _ => atom.Count,
    };
}

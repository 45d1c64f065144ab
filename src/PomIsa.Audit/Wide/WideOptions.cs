using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Wide;

/// <summary>How a wide pass is made where it is not the whole replay.</summary>
internal sealed record WideOptions
{
    /// <summary>Tells for a step and its calls which of its instructions are hashed and compared; null: all.</summary>
    public Func<int, IReadOnlyList<StepCall>, bool[]>? Scope { get; init; }

    /// <summary>Gives the products of a step, from its registers' classes, its calls, and the parts that they go in; null: they are computed.</summary>
    public Func<Function, RowClass[], IReadOnlyList<StepCall>, IReadOnlyList<Range>, IProductSource>? Products { get; init; }

    /// <summary>Whether a run that does not go wide has no report, rather than that of a replay call by call.</summary>
    public bool WideOnly { get; init; }
}

using System.Collections.Frozen;
using PomIsa.Isa;

namespace PomIsa.Disputes.Traces;

/// <summary>An instruction of a step that appends rows to a state, or writes them.</summary>
/// <param name="Offset">The instruction.</param>
/// <param name="State">The state.</param>
/// <param name="Writes">Whether the rows take the place of all others.</param>
/// <param name="Rows">How many.</param>
internal sealed record StepStore(int Offset, int State, bool Writes, Dim Rows);

/// <summary>What a step stores; to a state at most once.</summary>
internal sealed class StepStores
{
    private readonly FrozenDictionary<int, StepStore> _byState;

    /// <param name="inOrder">As the step executes them.</param>
    public StepStores(StepStore[] inOrder) => (InOrder, _byState) = (inOrder, inOrder.ToFrozenDictionary(static store => store.State));

    /// <summary>Nothing.</summary>
    public static StepStores None { get; } = new([]);

    /// <summary>As the step executes them.</summary>
    public StepStore[] InOrder { get; }

    /// <summary>The instruction that stores to a state.</summary>
    public StepStore? To(int state) => _byState.GetValueOrDefault(state);
}

using PomIsa.Isa;

namespace PomIsa.Disputes.Traces;

/// <summary>An instruction of a step that appends rows to a state, or writes them.</summary>
/// <param name="Offset">The instruction.</param>
/// <param name="State">The state.</param>
/// <param name="Writes">Whether the rows take the place of all others.</param>
/// <param name="Rows">How many.</param>
internal sealed record StepStore(int Offset, int State, bool Writes, Dim Rows);

/// <summary>What one step, or a reset, did to the states.</summary>
/// <param name="CallIndex">Log index of the step's <c>call</c>.</param>
/// <param name="Stores">Its instructions that store; none of a reset.</param>
/// <param name="After">Rows of each state behind it, -1 where not known. Never changed in place.</param>
/// <param name="Reset">The state that was reset, or -1.</param>
internal readonly record struct StateChange(ulong CallIndex, StepStore[] Stores, long[] After, int Reset = -1)
{
    /// <summary>The instruction that stored to a state.</summary>
    public StepStore? StoreTo(int state)
    {
        foreach (StepStore store in Stores)
        {
            if (store.State == state)
            {
                return store;
            }
        }

        return null;
    }
}

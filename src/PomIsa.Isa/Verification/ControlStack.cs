namespace PomIsa.Isa.Verification;

/// <summary>A loop or an if that is open.</summary>
/// <param name="At">Instruction that opened it.</param>
/// <param name="IsLoop">Loop, or if.</param>
/// <param name="Depth">Stack depth at its start and so at its end.</param>
/// <param name="Mark">What had a value at its start.</param>
internal sealed record Block(int At, bool IsLoop, int Depth, int Mark)
{
    /// <summary>The else, or -1.</summary>
    public int Else { get; set; } = -1;

    /// <summary>Whether the then-branch reaches its end, and what it set.</summary>
    public bool ThenReaches { get; set; }

    public int[] ThenSet { get; set; } = [];

    /// <summary>Instructions whose target is behind the end.</summary>
    public List<int> Leaves { get; } = [];
}

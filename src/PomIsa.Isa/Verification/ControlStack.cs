namespace PomIsa.Isa.Verification;

/// <summary>A loop or an if that is open.</summary>
internal struct Block
{
    /// <summary>Instruction that opened it.</summary>
    public int At;

    /// <summary>Loop, or if.</summary>
    public bool IsLoop;

    /// <summary>Stack depth at its start and so at its end.</summary>
    public int Depth;

    /// <summary>What had a value at its start.</summary>
    public int Mark;

    /// <summary>The else, or -1.</summary>
    public int Else;

    /// <summary>Whether the then-branch reaches its end.</summary>
    public bool ThenReaches;

    /// <summary>What the then-branch set.</summary>
    public int[] ThenSet;

    /// <summary>The last instruction whose target is behind the end, or -1; each holds the one before it in place of its target.</summary>
    public int LastLeave;
}

/// <summary>The blocks that are open, the innermost last.</summary>
internal sealed class ControlStack
{
    private readonly Block[] _blocks = new Block[Limits.Nesting];

    public int Count { get; private set; }

    /// <summary>The innermost block; there is one.</summary>
    public ref Block Top => ref _blocks[Count - 1];

    /// <summary>A block from the outside in.</summary>
    public ref Block this[int index] => ref _blocks[index];

    public void Push(in Block block) => _blocks[Count++] = block;

    public void Pop() => Count--;
}

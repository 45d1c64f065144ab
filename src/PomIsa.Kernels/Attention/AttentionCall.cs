namespace PomIsa.Kernels;

/// <summary>The operands of one call of <see cref="Attention"/>.</summary>
internal readonly unsafe struct AttentionCall(
    float* q, float* k, float* v, float* y, int heads, int groups, int headDim, int seen, int window, float scale, AttentionLayout layout, float* scratch)
{
    public readonly float* Q = q, K = k, V = v, Y = y, Scratch = scratch;

    public readonly int Heads = heads, Groups = groups, HeadDim = headDim;

    public readonly float Scale = scale;

    public readonly AttentionLayout Layout = layout;

    /// <summary>Elements from one position of k or v to the next.</summary>
    public nint CacheRow => (nint)Groups * HeadDim;

    public int Row(int pair) => pair / Heads;

    /// <summary>Where it is not 0, scaled scores become cap · tanh(score / cap).</summary>
    public float Cap { get; init; }

    /// <summary>Positions that every pair sees; 0 where each sees those up to its own.</summary>
    public int All { get; init; }

    /// <summary>Added to the scaled scores, −inf hiding a position: <c>[H,T,All]</c>; null for none.</summary>
    public float* Bias { get; init; }

    /// <summary>T, where there is a bias.</summary>
    public int Rows { get; init; }

    /// <summary>The bias of a pair for each position.</summary>
    public float* BiasOf(int pair) => Bias + ((((nint)(pair % Heads) * Rows) + Row(pair)) * All);

    /// <summary>Positions that a row sees at most, its own the last.</summary>
    public int Window => window;

    /// <summary>What lies in the scratch already, at its beginning.</summary>
    public AttentionKept* Kept => (AttentionKept*)Scratch;

    /// <summary>Whether turned keys and copied values of a group stay for whatever comes next: each is then turned and copied once.</summary>
    public bool Keeps => Layout.HasRoom && window == int.MaxValue;

    /// <summary>The position behind the last that a row sees: its own, but where all are seen.</summary>
    public int End(int row) => All > 0 ? All : seen + row + 1;
}

/// <summary>Whose keys and values a worker's scratch holds, and how many positions of them from the first on.</summary>
internal struct AttentionKept
{
    /// <summary>f32 values that it takes: a line.</summary>
    public const int Length = Lanes.Count;

    /// <summary>The key/value head and 1; 0 for none.</summary>
    public int Owner;

    public int Keys, Values;

    /// <summary>Makes it hold those of a group, if it does not.</summary>
    public void Turn(int group)
    {
        if (Owner != group + 1)
        {
            this = new AttentionKept { Owner = group + 1 };
        }
    }
}

/// <summary>How the scratch of one worker is cut up: for so many pairs of a row and a head at a time.</summary>
/// <param name="headDim">h.</param>
/// <param name="positions">S + T.</param>
internal readonly struct AttentionLayout(int headDim, int positions)
{
    /// <summary>Pairs that share one copy of keys and values: the more, the less the copies cost.</summary>
    public const int MostPairs = 224;

    /// <summary>Positions that one tile of pairs meets at once: two panels.</summary>
    public const int Tile = 2 * Lanes.Count;

    /// <summary>Positions whose keys are turned at once and then lie in the second cache: whole tiles.</summary>
    public const int Segment = 1024;

    /// <summary>Keys, and as many values, that stay in the second cache beside the scores.</summary>
    private const int MostKept = 1 << 17;

    /// <summary>Scores that should stay in the second cache until they are used.</summary>
    private const int MostScores = 10 << 14;

    /// <summary>Elements from the scores of one pair to those of the next.</summary>
    public int ScoreRow => OddLines(positions + Tile);

    /// <summary>Elements from one query to the next.</summary>
    public int QueryRow => OddLines(headDim);

    /// <summary>Elements from one output to the next: whole panels.</summary>
    public int OutputRow => Panels.Count(headDim) * Lanes.Count;

    /// <summary>Pairs at a time, at most.</summary>
    public int Pairs => Math.Clamp(MostScores / ScoreRow, Tiles512.MostRows, MostPairs);

    /// <summary>Whether the keys and values of all positions of a group have a place.</summary>
    public bool HasRoom => (long)(positions + Tile) * headDim <= MostKept;

    /// <summary>All positions in whole tiles, or a segment of them.</summary>
    private int Turned => HasRoom ? (positions + Tile - 1) / Tile * Tile : Math.Min(Segment, (positions + Tile - 1) / Tile * Tile);

    /// <summary>Turned keys, whole tiles.</summary>
    public int KeysLength => Turned * headDim;

    /// <summary>Elements from one panel of copied values to the next: all positions, or a block.</summary>
    public int ValuePanel => HasRoom ? Turned * Lanes.Count : MatMul.Block * Lanes.Count;

    /// <summary>All panels of values, or two of one block.</summary>
    public int ValuesLength => (HasRoom ? Math.Max(2, Panels.Count(headDim)) : 2) * ValuePanel;

    public int Length => checked(AttentionKept.Length + ValuesLength + KeysLength + (Pairs * (ScoreRow + QueryRow + (2 * OutputRow))));

    /// <summary>Room for so many values in an odd number of lines, so that rows do not push each other out of the first cache.</summary>
    private static int OddLines(int length) => ((Panels.Count(length) | 1) * Lanes.Count);
}

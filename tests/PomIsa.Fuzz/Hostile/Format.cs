namespace PomIsa.Fuzz.Hostile;

/// <summary>Bytes that strangers send, and what reads them.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Seeds">Good ones.</param>
/// <param name="Read">Null where they are refused; else what they mean, in any words.</param>
internal sealed record Format(string Name, IReadOnlyList<byte[]> Seeds, Func<byte[], string?> Read)
{
    /// <summary>Whether a key, or a digest that is known already, stands for them: then nothing is accepted that means something else than a seed.</summary>
    public bool Bound { get; init; }

    /// <summary>Bytes that reading may allocate for each byte of input; the rest of what it may is <see cref="Free"/>.</summary>
    public int PerByte { get; init; } = 64;

    /// <summary>Bytes that reading may allocate whatever the input's length: what it is held against.</summary>
    public int Free { get; init; } = 256 << 10;

    public override string ToString() => Name;
}

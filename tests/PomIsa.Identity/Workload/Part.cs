using System.Security.Cryptography;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;

namespace PomIsa.Identity.Workload;

/// <summary>How much of the workload there is: digests are comparable within a size.</summary>
/// <param name="Rounds">Rounds of the control program.</param>
/// <param name="Prompts">Prompts of the published model.</param>
internal sealed record Size(int Rounds, int Prompts)
{
    /// <summary>For every change.</summary>
    public static Size Ci { get; } = new(5_000, 1);

    /// <summary>For the whole matrix: about 1.6 million retires.</summary>
    public static Size Full { get; } = new(28_000, 1);
}

/// <summary>What all parts share: threads, the batch of steps that read a prompt, the repository's files, the size.</summary>
/// <param name="Root">The folder that holds PomIsa.sln.</param>
internal sealed record Conditions(WorkerPool Pool, int Batch, string Root, Size Size);

/// <summary>What came of a part.</summary>
/// <param name="Digest">SHA-256 of its results: the same under all conditions.</param>
/// <param name="Retires">Instructions that retired.</param>
internal sealed record PartResult(string Name, string Digest, ulong Retires, double Seconds);

/// <summary>Takes records into a hash.</summary>
internal sealed class RecordHash : IRecordSink, IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
    {
        _hash.AppendData(entry);
        refusal = "";
        return true;
    }

    public void Commit()
    {
    }

    /// <summary>The digest of all that was taken.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}

using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>Commitments to many tensors of one type whose roots are known, side by side in vector lanes.</summary>
public static unsafe class CommitmentHeads
{
    private const int Stride = 2 + (4 * Commitment.MaxRank) + Digest.Size;

    /// <summary>Writes <see cref="Commitment.OfRoot"/> of each root.</summary>
    /// <param name="dtype">Of all of them.</param>
    /// <param name="dimensions">Of all of them.</param>
    /// <param name="roots">One for each tensor.</param>
    /// <param name="commitments">As many.</param>
    /// <exception cref="ArgumentException">Dimensions that are no shape, or fewer places than roots.</exception>
    public static void OfRoots(byte dtype, ReadOnlySpan<int> dimensions, ReadOnlySpan<Digest> roots, Span<Digest> commitments)
    {
        Commitment.CheckShape(dimensions);
        if (commitments.Length < roots.Length)
        {
            throw new ArgumentException($"{roots.Length} commitments don't fit into {commitments.Length} places.", nameof(commitments));
        }

        const int width = Sha256Lanes.Width;
        byte* messages = stackalloc byte[width * Stride], hashes = stackalloc byte[width * Digest.Size];
        HashJob* jobs = stackalloc HashJob[width];
        int length = Commitment.HeadBytes(dimensions.Length);
        for (int lane = 0; lane < width; lane++)
        {
            Commitment.WriteHead(new Span<byte>(messages + (lane * Stride), Stride), dtype, dimensions);
            jobs[lane] = new HashJob(messages + (lane * Stride), length, hashes + (lane * Digest.Size));
        }

        for (int done = 0; done < roots.Length; done += width)
        {
            int count = Math.Min(width, roots.Length - done);
            for (int lane = 0; lane < count; lane++)
            {
                roots[done + lane].CopyTo(new Span<byte>(messages + (lane * Stride) + length - Digest.Size, Digest.Size));
            }

            Sha256Lanes.HashAll(Commitment.TensorPrefix, jobs, count);
            for (int lane = 0; lane < count; lane++)
            {
                commitments[done + lane] = new Digest(new ReadOnlySpan<byte>(hashes + (lane * Digest.Size), Digest.Size));
            }
        }
    }
}

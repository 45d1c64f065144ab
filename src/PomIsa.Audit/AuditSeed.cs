using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using PomIsa.Audit.Projecting;
using PomIsa.Evidence.Openings;
using PomIsa.Kernels;

namespace PomIsa.Audit;

/// <summary>What an audit's challenge follows from beside the checkpoint: 32 bytes that nobody knew when the openings were made.</summary>
public readonly record struct AuditSeed
{
    private const string OfOpenings = "openings";

    private readonly Digest? _bytes;

    private AuditSeed(Digest? bytes) => _bytes = bytes;

    /// <summary>The root over the openings: a seed that anyone finds again without trusting whoever audits.</summary>
    public static AuditSeed Openings { get; } = new(null);

    /// <summary>32 bytes that were drawn by the operating system just now.</summary>
    public static AuditSeed Draw()
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        RandomNumberGenerator.Fill(bytes);
        return Of(new Digest(bytes));
    }

    /// <summary>Bytes that are known already, for an audit that is repeated.</summary>
    public static AuditSeed Of(Digest bytes) => new(bytes);

    /// <summary>Reads what <see cref="ToString"/> writes: <c>openings</c>, or 64 hexadecimal digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AuditSeed seed)
    {
        seed = Openings;
        if (text == OfOpenings)
        {
            return true;
        }

        bool read = Digest.TryParse(text, out Digest bytes);
        seed = new AuditSeed(read ? bytes : null);
        return read;
    }

    /// <inheritdoc/>
    public override string ToString() => _bytes?.ToString() ?? OfOpenings;

    internal Digest Bytes(OpeningFile openings, WorkerPool pool) => _bytes ?? OpeningsRoot.Of(openings, pool);
}

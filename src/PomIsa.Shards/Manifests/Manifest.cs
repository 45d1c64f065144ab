using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PomIsa.Shards;

/// <summary>A publisher's signed list of a model's chunks: an OpenSSF Model Signing v1.0 bundle, already verified.</summary>
public sealed class Manifest
{
    /// <summary>Name of the bundle in a model's folder.</summary>
    public const string FileName = "model.sig";

    /// <summary>Longest bundle that is read, in bytes: about 20,000 chunks.</summary>
    public const int MaxBundleLength = 4 * 1024 * 1024;

    internal const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    internal const string PayloadType = "application/vnd.in-toto+json";
    internal const string StatementType = "https://in-toto.io/Statement/v1";
    internal const string PredicateType = "https://model_signing/signature/v1.0";

    /// <summary>What a folder may hold without being listed: the signature itself and what Git keeps.</summary>
    internal static readonly ImmutableArray<string> DefaultIgnored = [".git", ".gitattributes", ".github", ".gitignore", FileName];

    internal Manifest(string name, Digest root, int shardSize, ImmutableArray<ManifestResource> resources, ImmutableArray<ManifestFile> files, Digest bundle)
    {
        Name = name;
        RootDigest = root;
        ShardSize = shardSize;
        Resources = resources;
        Files = files;
        BundleDigest = bundle;
    }

    /// <summary>The model's name; informative, yet signed.</summary>
    public string Name { get; }

    /// <summary>SHA-256 over the chunk digests in the order of <see cref="Resources"/>: the identity of the weights.</summary>
    public Digest RootDigest { get; }

    /// <summary>Bytes of every chunk but a file's last.</summary>
    public int ShardSize { get; }

    /// <summary>All chunks, by name in Unicode code-point order.</summary>
    public ImmutableArray<ManifestResource> Resources { get; }

    /// <summary>The files, by path in Unicode code-point order.</summary>
    public ImmutableArray<ManifestFile> Files { get; }

    /// <summary>SHA-256 of the bundle as it was read; differs from signing to signing.</summary>
    public Digest BundleDigest { get; }

    /// <summary>Bytes of all files.</summary>
    public long TotalLength
    {
        get
        {
            long sum = 0;
            foreach (ManifestFile file in Files)
            {
                sum += file.Length;
            }

            return sum;
        }
    }

    /// <summary>Checks the bundle's form, the signature over the exact payload, and the statement. Hostile input: never throws.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bundle, PublisherPublicKey publisher, [NotNullWhen(true)] out Manifest? manifest, out ShardFault fault)
    {
        manifest = null;
        return BundleReader.TryRead(bundle, out Envelope envelope, out fault)
            && IsSigned(envelope, publisher, out fault)
            && StatementReader.TryRead(envelope.Payload, Digest.Of(bundle), out manifest, out fault);
    }

    /// <summary>True where the manifest is for the model that the caller meant; null asks nothing.</summary>
    public bool IsFor(string? name, Digest? root, out ShardFault fault)
    {
        fault = default;
        if (name is not null && name != Name)
        {
            fault = new ShardFault(ShardFaultCode.WrongModelName, $"it names '{Name}', expected '{name}'");
            return false;
        }

        if (root is { } expected && expected != RootDigest)
        {
            fault = new ShardFault(ShardFaultCode.WrongModelRoot, $"its root is {RootDigest}, expected {expected}");
            return false;
        }

        return true;
    }

    /// <summary>SHA-256 over the raw chunk digests, one after the other.</summary>
    public static Digest RootOf(IEnumerable<Digest> digests)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[Digest.Size];
        foreach (Digest digest in digests)
        {
            digest.CopyTo(bytes);
            hash.AppendData(bytes);
        }

        hash.GetHashAndReset(bytes);
        return new Digest(bytes);
    }

    /// <inheritdoc cref="RootOf(IEnumerable{Digest})"/>
    internal static Digest RootOf(ReadOnlySpan<ManifestResource> resources)
    {
        var bytes = new byte[resources.Length * Digest.Size];
        for (int i = 0; i < resources.Length; i++)
        {
            resources[i].Digest.CopyTo(bytes.AsSpan(i * Digest.Size));
        }

        return Digest.Of(bytes);
    }

    private static bool IsSigned(Envelope envelope, PublisherPublicKey publisher, out ShardFault fault)
    {
        fault = default;

        // The hint tells a wrong key from an altered manifest. It is not signed: alone it never lets anything pass.
        if (envelope.Hint is { } hint && hint != publisher.Hint)
        {
            fault = new ShardFault(ShardFaultCode.WrongKey, $"its key hint is {hint}, the given key's is {publisher.Hint}");
            return false;
        }

        if (!publisher.Verify(Dsse.Pae(PayloadType, envelope.Payload), envelope.Signature))
        {
            fault = new ShardFault(ShardFaultCode.BadSignature, $"key {publisher.Hint}");
            return false;
        }

        return true;
    }
}

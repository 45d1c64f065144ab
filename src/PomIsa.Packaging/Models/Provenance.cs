using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using PomIsa.Packaging.Matrices;
using PomIsa.Shards;

namespace PomIsa.Packaging.Models;

/// <summary>Where a compiled model comes from: SLSA provenance v1, an in-toto statement in a signed DSSE envelope.</summary>
/// <remarks>The statement has no dates, so that compiling twice gives the same one; its signature differs.</remarks>
public static class Provenance
{
    public const string PredicateType = "https://slsa.dev/provenance/v1";
    public const string BuildType = "urn:pomisa:compile:v1";
    public const string BuilderId = "urn:pomisa:compiler:v1";

    private const string StatementType = "https://in-toto.io/Statement/v1";

    private const int LongestFile = 16 << 20;

    /// <summary>The statement's bytes.</summary>
    /// <param name="source">What the model was made of.</param>
    /// <param name="weights">How its matrices were to be stored.</param>
    /// <param name="parameters">What else the program depends on.</param>
    /// <param name="module">The module's bytes.</param>
    /// <param name="description">Bytes of <c>model.json</c>.</param>
    /// <param name="root">Root digest of the weights' manifest, or null.</param>
    public static byte[] Statement(
        ModelSource source, WeightKind weights, JsonObject parameters, ReadOnlySpan<byte> module, ReadOnlySpan<byte> description, Digest? root)
    {
        var subjects = new JsonArray(
            Resource(ModelDescription.FileName, Digest.Of(description)), Resource(ModelPackage.ModuleFile, Digest.Of(module)));
        if (root is { } digest)
        {
            subjects.Add(Resource(ModelPackage.WeightsFolder, digest));
        }

        var external = (JsonObject)parameters.DeepClone();
        external["source"] = source.Format;
        external["weights"] = WeightKinds.NameOf(weights);
        return CanonicalJson.WriteLine(new JsonObject
        {
            ["_type"] = StatementType,
            ["subject"] = subjects,
            ["predicateType"] = PredicateType,
            ["predicate"] = new JsonObject
            {
                ["buildDefinition"] = new JsonObject
                {
                    ["buildType"] = BuildType,
                    ["externalParameters"] = external,
                    ["internalParameters"] = new JsonObject(),
                    ["resolvedDependencies"] = new JsonArray(
                        [.. source.Files.OrderBy(static f => f.Name, StringComparer.Ordinal).Select(static f => (JsonNode)Resource(f.Name, f.Sha256))]),
                },
                ["runDetails"] = new JsonObject { ["builder"] = new JsonObject { ["id"] = BuilderId } },
            },
        });
    }

    /// <summary>The envelope: one line of JSON.</summary>
    public static byte[] Sign(byte[] statement, PublisherKey key) =>
    [
        .. CanonicalJson.WriteLine(new JsonObject
        {
            ["payload"] = Convert.ToBase64String(statement),
            ["payloadType"] = InTotoEnvelope.PayloadType,
            ["signatures"] = new JsonArray(new JsonObject
            {
                ["keyid"] = key.PublicKey.Hint,
                ["sig"] = Convert.ToBase64String(key.Sign(InTotoEnvelope.Covered(statement))),
            }),
        }),
        (byte)'\n',
    ];

    /// <summary>Checks form and signature of an envelope, which may be hostile, and gives its statement's bytes.</summary>
    /// <param name="envelope">The file.</param>
    /// <param name="publisher">Whose signature it must have.</param>
    /// <param name="statement">The signed bytes.</param>
    /// <param name="why">What is wrong, in one sentence.</param>
    public static bool TryOpen(ReadOnlyMemory<byte> envelope, PublisherPublicKey publisher, out byte[] statement, [NotNullWhen(false)] out string? why)
    {
        why = null;
        if (!InTotoEnvelope.TryRead(envelope, LongestFile, out statement, out byte[]? signature))
        {
            why = InTotoEnvelope.Malformed;
        }
        else if (!publisher.Verify(InTotoEnvelope.Covered(statement), signature))
        {
            why = $"its signature is not that of the publisher's key {publisher.Hint[..8]}";
        }

        statement = why is null ? statement : [];
        return why is null;
    }

    /// <summary>Whether a signed statement has a subject of that name with that digest.</summary>
    public static bool Names(ReadOnlyMemory<byte> statement, string subject, Digest digest)
    {
        if (!HostileJson.TryParse(statement, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            return HostileJson.TryMember(document.RootElement, "subject"u8, out JsonElement subjects) && subjects.ValueKind == JsonValueKind.Array
                && subjects.EnumerateArray().Any(s => HostileJson.TryMemberText(s, "name"u8, out string? name) && name == subject
                    && HostileJson.TryMember(s, "digest"u8, out JsonElement digests) && HostileJson.TryMemberText(digests, "sha256"u8, out string? hex) && hex == digest.ToString());
        }
    }

    private static JsonObject Resource(string name, Digest digest) =>
        new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = digest.ToString() } };
}

using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>What a bundle carries: the exact payload bytes, one signature, and the hint naming its key (null in old bundles).</summary>
internal readonly record struct Envelope(byte[] Payload, byte[] Signature, string? Hint);

/// <summary>Parses the Sigstore bundle around a manifest: form only, nothing in here is trusted yet.</summary>
internal static class BundleReader
{
    public static bool TryRead(ReadOnlySpan<byte> bundle, out Envelope envelope, out ShardFault fault)
    {
        envelope = default;
        string? wrong = bundle.Length > Manifest.MaxBundleLength ? "longer than 4 MiB"
            : HostileJson.TryRead(bundle.ToArray(), out JsonTree? root) ? Read(root, out envelope) : "not JSON";
        fault = wrong is null ? default : new ShardFault(ShardFaultCode.BundleMalformed, wrong);
        return wrong is null;
    }

    /// <summary>The first thing that is wrong, or null.</summary>
    private static string? Read(JsonTree root, out Envelope envelope)
    {
        envelope = default;
        if (root.Kind != JsonValueKind.Object || root.Items.Count != 3)
        {
            return "the top level needs exactly mediaType, verificationMaterial and dsseEnvelope";
        }

        if (!HostileJson.TryMemberText(root, "mediaType", out string? mediaType) || mediaType != Manifest.MediaType)
        {
            return "mediaType";
        }

        if (!HostileJson.TryMember(root, "verificationMaterial", out JsonTree? material)
            || !HostileJson.TryMember(material, "publicKey", out JsonTree? publicKey) || publicKey.Kind != JsonValueKind.Object)
        {
            return "verificationMaterial.publicKey";
        }

        if (!HostileJson.TryMember(material, "tlogEntries", out JsonTree? entries) || entries.Kind != JsonValueKind.Array)
        {
            return "verificationMaterial.tlogEntries";
        }

        string? hint = null;
        if (publicKey.Find("hint") is { } named && !HostileJson.TryText(named, out hint))
        {
            return "verificationMaterial.publicKey.hint";
        }

        return HostileJson.TryMember(root, "dsseEnvelope", out JsonTree? dsse)
            ? ReadEnvelope(dsse, hint, out envelope)
            : "dsseEnvelope";
    }

    private static string? ReadEnvelope(JsonTree dsse, string? hint, out Envelope envelope)
    {
        envelope = default;
        if (!HostileJson.TryMemberText(dsse, "payloadType", out string? type) || type != Manifest.PayloadType)
        {
            return "dsseEnvelope.payloadType";
        }

        if (!HostileJson.TryMemberText(dsse, "payload", out string? payload) || !Dsse.TryBase64(payload, out byte[] payloadBytes))
        {
            return "dsseEnvelope.payload";
        }

        if (!HostileJson.TryMember(dsse, "signatures", out JsonTree? signatures)
            || signatures.Kind != JsonValueKind.Array || signatures.Items.Count != 1
            || !HostileJson.TryMemberText(signatures.Items[0], "sig", out string? signature)
            || !Dsse.TryBase64(signature, out byte[] signatureBytes))
        {
            return "dsseEnvelope.signatures";
        }

        envelope = new Envelope(payloadBytes, signatureBytes, string.IsNullOrEmpty(hint) ? null : hint);
        return null;
    }
}

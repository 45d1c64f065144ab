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
        string? wrong = bundle.Length > Manifest.MaxBundleLength ? "longer than 4 MiB" : null;
        JsonDocument? document = null;
        if (wrong is null && !HostileJson.TryParse(bundle.ToArray(), out document))
        {
            wrong = "not JSON";
        }

        using (document)
        {
            if (document is not null)
            {
                wrong = Read(document.RootElement, out envelope);
            }
        }

        fault = wrong is null ? default : new ShardFault(ShardFaultCode.BundleMalformed, wrong);
        return wrong is null;
    }

    /// <summary>The first thing that is wrong, or null.</summary>
    private static string? Read(JsonElement root, out Envelope envelope)
    {
        envelope = default;
        if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != 3)
        {
            return "the top level needs exactly mediaType, verificationMaterial and dsseEnvelope";
        }

        if (!HostileJson.TryMemberText(root, "mediaType"u8, out string? mediaType) || mediaType != Manifest.MediaType)
        {
            return "mediaType";
        }

        if (!HostileJson.TryMember(root, "verificationMaterial"u8, out JsonElement material)
            || !HostileJson.TryMember(material, "publicKey"u8, out JsonElement publicKey) || publicKey.ValueKind != JsonValueKind.Object)
        {
            return "verificationMaterial.publicKey";
        }

        if (!HostileJson.TryMember(material, "tlogEntries"u8, out JsonElement entries) || entries.ValueKind != JsonValueKind.Array)
        {
            return "verificationMaterial.tlogEntries";
        }

        string? hint = null;
        if (publicKey.TryGetProperty("hint"u8, out JsonElement hintElement) && !HostileJson.TryText(hintElement, out hint))
        {
            return "verificationMaterial.publicKey.hint";
        }

        return HostileJson.TryMember(root, "dsseEnvelope"u8, out JsonElement dsse)
            ? ReadEnvelope(dsse, hint, out envelope)
            : "dsseEnvelope";
    }

    private static string? ReadEnvelope(JsonElement dsse, string? hint, out Envelope envelope)
    {
        envelope = default;
        if (!HostileJson.TryMemberText(dsse, "payloadType"u8, out string? type) || type != Manifest.PayloadType)
        {
            return "dsseEnvelope.payloadType";
        }

        if (!HostileJson.TryMemberText(dsse, "payload"u8, out string? payload) || !Dsse.TryBase64(payload, out byte[] payloadBytes))
        {
            return "dsseEnvelope.payload";
        }

        if (!HostileJson.TryMember(dsse, "signatures"u8, out JsonElement signatures)
            || signatures.ValueKind != JsonValueKind.Array || signatures.GetArrayLength() != 1
            || !HostileJson.TryMemberText(signatures[0], "sig"u8, out string? signature)
            || !Dsse.TryBase64(signature, out byte[] signatureBytes))
        {
            return "dsseEnvelope.signatures";
        }

        envelope = new Envelope(payloadBytes, signatureBytes, string.IsNullOrEmpty(hint) ? null : hint);
        return null;
    }
}

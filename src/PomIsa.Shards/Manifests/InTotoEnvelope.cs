using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>A DSSE envelope of an in-toto statement with one signature, as a line of JSON.</summary>
public static class InTotoEnvelope
{
    /// <summary>The payload's type.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>What is said of bytes that are none, as the end of a sentence.</summary>
    public const string Malformed = "it is no DSSE envelope of an in-toto statement with one signature";

    /// <summary>The bytes that a statement's signature covers.</summary>
    public static byte[] Covered(ReadOnlySpan<byte> statement) => Dsse.Pae(PayloadType, statement);

    /// <summary>Takes an envelope apart that may be anyone's. The signature is not checked; the key id is not looked at, and members that are unknown are ignored.</summary>
    /// <param name="envelope">The line, with or without its line break.</param>
    /// <param name="most">Longest envelope that is looked at, in bytes.</param>
    /// <param name="statement">What was signed.</param>
    /// <param name="signature">Its signature, over <see cref="Covered"/>.</param>
    public static bool TryRead(ReadOnlyMemory<byte> envelope, int most, out byte[] statement, [NotNullWhen(true)] out byte[]? signature)
    {
        (statement, signature) = ([], null);
        if (envelope.Length > most || !HostileJson.TryParse(envelope, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            return HostileJson.TryMemberText(document.RootElement, "payloadType"u8, out string? type) && type == PayloadType
                && HostileJson.TryMemberText(document.RootElement, "payload"u8, out string? payload) && Dsse.TryBase64(payload, out statement)
                && HostileJson.TryMember(document.RootElement, "signatures"u8, out JsonElement signatures)
                && signatures.ValueKind == JsonValueKind.Array && signatures.GetArrayLength() == 1
                && HostileJson.TryMemberText(signatures[0], "sig"u8, out string? text) && Dsse.TryBase64(text, out signature);
        }
    }
}

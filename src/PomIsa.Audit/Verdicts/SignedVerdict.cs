using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using PomIsa.Evidence.Keys;
using PomIsa.Shards;

namespace PomIsa.Audit.Verdicts;

/// <summary>A verdict in a DSSE envelope with one Ed25519 signature; a line of JSON each.</summary>
public static class SignedVerdict
{
    /// <summary>Name of the file in a run's folder: one envelope a line.</summary>
    public const string FileName = "verdict.intoto.jsonl";

    /// <summary>Longest envelope that is looked at, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const string PayloadType = "application/vnd.in-toto+json";

    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The envelope: one line with its line break.</summary>
    public static byte[] Sign(VerdictStatement statement, LogKey key)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(key);
        byte[] payload = statement.ToBytes();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteString("payload", Convert.ToBase64String(payload));
            json.WriteString("payloadType", PayloadType);
            json.WriteStartArray("signatures");
            json.WriteStartObject();
            json.WriteString("keyid", $"{key.Name}+{key.Verifier.Id:x8}");
            json.WriteString("sig", Convert.ToBase64String(key.Sign(Dsse.Pae(PayloadType, payload))));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Opens an envelope that may be anyone's.</summary>
    /// <param name="envelope">One line, with or without its line break.</param>
    /// <param name="key">Whose signature it must have; the envelope's key id is not looked at.</param>
    /// <param name="statement">What was signed.</param>
    /// <param name="fault">What is wrong, as the end of a sentence.</param>
    public static bool TryOpen(ReadOnlyMemory<byte> envelope, VerifierKey key, [NotNullWhen(true)] out VerdictStatement? statement, out string fault)
    {
        ArgumentNullException.ThrowIfNull(key);
        statement = null;
        fault = "it is no DSSE envelope of an in-toto statement with one signature";
        if (envelope.Length > MaxBytes || !HostileJson.TryParse(envelope, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            if (!HostileJson.TryMemberText(document.RootElement, "payloadType"u8, out string? type) || type != PayloadType
                || !HostileJson.TryMemberText(document.RootElement, "payload"u8, out string? text) || !Dsse.TryBase64(text, out byte[] payload)
                || !HostileJson.TryMember(document.RootElement, "signatures"u8, out JsonElement signatures)
                || signatures.ValueKind != JsonValueKind.Array || signatures.GetArrayLength() != 1
                || !HostileJson.TryMemberText(signatures[0], "sig"u8, out string? base64) || !Dsse.TryBase64(base64, out byte[] signature))
            {
                return false;
            }

            if (key.Type != VerifierKey.Ed25519Type || !key.Verify(Dsse.Pae(PayloadType, payload), signature))
            {
                fault = $"its signature is not that of {key.Name}";
                return false;
            }

            return VerdictStatement.TryParse(payload, out statement, out fault);
        }
    }
}

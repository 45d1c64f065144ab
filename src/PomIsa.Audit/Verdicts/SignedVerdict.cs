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
            json.WriteString("payloadType", InTotoEnvelope.PayloadType);
            json.WriteStartArray("signatures");
            json.WriteStartObject();
            json.WriteString("keyid", $"{key.Name}+{key.Verifier.Id:x8}");
            json.WriteString("sig", Convert.ToBase64String(key.Sign(InTotoEnvelope.Covered(payload))));
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
        fault = InTotoEnvelope.Malformed;
        if (!InTotoEnvelope.TryRead(envelope, MaxBytes, out byte[] payload, out byte[]? signature))
        {
            return false;
        }

        if (key.Type != VerifierKey.Ed25519Type || !key.Verify(InTotoEnvelope.Covered(payload), signature))
        {
            fault = $"its signature is not that of {key.Name}";
            return false;
        }

        return VerdictStatement.TryParse(payload, out statement, out fault);
    }
}

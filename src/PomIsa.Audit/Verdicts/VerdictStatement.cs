using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using PomIsa.Shards;

namespace PomIsa.Audit.Verdicts;

/// <summary>What a verifier says of a run: an in-toto statement with the predicate of a Simple Verification Result, v0.2. Spec: spec/evidence.md, chapter 8.</summary>
/// <param name="Checkpoint">SHA-256 of the checkpoint's text, as its log signed it.</param>
/// <param name="Runs">Ids of the runs that the log holds; none at a level that does not tell them.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Level">How it was found.</param>
/// <param name="Records">Records of the log.</param>
/// <param name="Compared">Those that were computed again and compared.</param>
/// <param name="Text">The verdict in words; no other field depends on it.</param>
/// <param name="Created">When, to the second.</param>
public sealed record VerdictStatement(
    Digest Checkpoint, ImmutableArray<Digest> Runs, Verdict Verdict, Level Level, ulong Records, ulong Compared, string Text, DateTimeOffset Created)
{
    /// <summary>Of an audit that tested products, what its challenge followed from beside the checkpoint: 64 hexadecimal digits, or <c>openings</c>; else null.</summary>
    public string? Seed { get; init; }

    public const string PredicateType = "https://in-toto.io/attestation/svr/v0.2";

    /// <summary>Who verifies: this program, in its first version; whose key signs says more.</summary>
    public const string VerifierId = "urn:pomisa:verifier:v1";

    private const string StatementType = "https://in-toto.io/Statement/v1", CheckpointName = "checkpoint", RunName = "run/", Own = "pomisa", TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a consumer that knows nothing else may rely on: each holds of the subjects. A run that was not accepted has none that says it was.</summary>
    public IEnumerable<string> Properties => Verdict != Verdict.Accept ? [$"POMISA_{Word(Verdict)}"]
        : Level switch
        {
            Level.Signature => ["POMISA_SIGNATURE"],
            Level.Audit => ["POMISA_SIGNATURE", "POMISA_AUDIT"],
            Level.Spot => ["POMISA_SIGNATURE", "POMISA_SPOT"],
            _ => ["POMISA_SIGNATURE", "POMISA_REPLAY_FULL"],
        };

    /// <summary>The statement's bytes.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteString("_type", StatementType);
            json.WriteStartArray("subject");
            WriteSubject(json, CheckpointName, Checkpoint);
            for (int i = 0; i < Runs.Length; i++)
            {
                WriteSubject(json, RunName + i.ToString(CultureInfo.InvariantCulture), Runs[i]);
            }

            json.WriteEndArray();
            json.WriteString("predicateType", PredicateType);
            json.WriteStartObject("predicate");
            json.WriteStartObject("verifier");
            json.WriteString("id", VerifierId);
            json.WriteStartArray("policies");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteString("timeCreated", Created.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture));
            json.WriteStartArray("properties");
            foreach (string property in Properties)
            {
                json.WriteStringValue(property);
            }

            json.WriteEndArray();
            json.WriteStartObject(Own);
            json.WriteString("verdict", Word(Verdict));
            json.WriteString("level", Level.ToString().ToLowerInvariant());
            json.WriteNumber("records", Records);
            json.WriteNumber("compared", Compared);
            if (Seed is not null)
            {
                json.WriteString("seed", Seed);
            }

            json.WriteString("text", Text);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a statement whose signature was checked; its author is known, his care is not.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out VerdictStatement? statement, out string fault)
    {
        statement = null;
        fault = "the statement is no JSON";
        if (!HostileJson.TryParse(bytes, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (!HostileJson.TryMemberText(root, "_type"u8, out string? type) || type != StatementType
                || !HostileJson.TryMemberText(root, "predicateType"u8, out string? predicateType) || predicateType != PredicateType)
            {
                fault = $"it is no in-toto statement with the predicate {PredicateType}";
                return false;
            }

            fault = "its subjects are not a checkpoint and the log's runs";
            if (!TrySubjects(root, out Digest checkpoint, out ImmutableArray<Digest> runs))
            {
                return false;
            }

            fault = "its predicate lacks the verifier, the time, the properties, or what this program adds";
            if (!HostileJson.TryMember(root, "predicate"u8, out JsonElement predicate)
                || !HostileJson.TryMember(predicate, "verifier"u8, out JsonElement verifier) || !HostileJson.TryMemberText(verifier, "id"u8, out _)
                || !HostileJson.TryMember(verifier, "policies"u8, out JsonElement policies) || policies.ValueKind != JsonValueKind.Array
                || !HostileJson.TryMemberText(predicate, "timeCreated"u8, out string? time)
                || !DateTimeOffset.TryParseExact(time, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset created)
                || !HostileJson.TryMember(predicate, "properties"u8, out JsonElement properties)
                || !HostileJson.TryMember(predicate, "pomisa"u8, out JsonElement own)
                || !HostileJson.TryMemberText(own, "verdict"u8, out string? verdict) || !TryWord(verdict, out Verdict said)
                || !HostileJson.TryMemberText(own, "level"u8, out string? level) || !TryWord(level, out Level at)
                || !HostileJson.TryMember(own, "records"u8, out JsonElement records) || !HostileJson.TryCount(records, out long held)
                || !HostileJson.TryMember(own, "compared"u8, out JsonElement compared) || !HostileJson.TryCount(compared, out long seen)
                || !TrySeed(own, at, out string? seed)
                || !HostileJson.TryMemberText(own, "text"u8, out string? text))
            {
                return false;
            }

            var read = new VerdictStatement(checkpoint, runs, said, at, (ulong)held, (ulong)seen, text, created) { Seed = seed };
            fault = "its properties say something else than its verdict";
            if (!AreProperties(properties, read.Properties))
            {
                return false;
            }

            statement = read;
            fault = "";
            return true;
        }
    }

    internal static string Word(Verdict verdict) => verdict.ToString().ToUpperInvariant();

    // Names as they are written, and no numbers, which Enum.TryParse would take.
    private static bool TryWord<T>(string word, out T value)
        where T : struct, Enum =>
        Enum.TryParse(word, ignoreCase: true, out value) && Enum.IsDefined(value) && value.ToString().Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool TrySeed(JsonElement own, Level level, out string? seed)
    {
        seed = null;
        return !HostileJson.TryMember(own, "seed"u8, out JsonElement member)
            || (level == Level.Audit && HostileJson.TryText(member, out seed) && AuditSeed.TryParse(seed, out AuditSeed read) && read.ToString() == seed);
    }

    private static bool TrySubjects(JsonElement root, out Digest checkpoint, out ImmutableArray<Digest> runs)
    {
        checkpoint = default;
        runs = [];
        if (!HostileJson.TryMember(root, "subject"u8, out JsonElement subjects) || subjects.ValueKind != JsonValueKind.Array || subjects.GetArrayLength() == 0)
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<Digest>();
        foreach (JsonElement subject in subjects.EnumerateArray())
        {
            string expected = read.Count == 0 ? CheckpointName : RunName + (read.Count - 1).ToString(CultureInfo.InvariantCulture);
            if (!HostileJson.TryMemberText(subject, "name"u8, out string? name) || name != expected
                || !HostileJson.TryMember(subject, "digest"u8, out JsonElement digests)
                || !HostileJson.TryMemberText(digests, "sha256"u8, out string? hex) || !Digest.TryParse(hex, out Digest digest))
            {
                return false;
            }

            read.Add(digest);
        }

        checkpoint = read[0];
        runs = [.. read.Skip(1)];
        return true;
    }

    private static bool AreProperties(JsonElement array, IEnumerable<string> expected)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > 8)
        {
            return false;
        }

        var found = new List<string>();
        foreach (JsonElement one in array.EnumerateArray())
        {
            if (!HostileJson.TryText(one, out string? text))
            {
                return false;
            }

            found.Add(text);
        }

        return found.SequenceEqual(expected);
    }

    private static void WriteSubject(Utf8JsonWriter json, string name, Digest digest)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("digest");
        json.WriteString("sha256", digest.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

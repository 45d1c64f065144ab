using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using PomIsa.Evidence.Privacy;

namespace PomIsa.Cli.Runs;

/// <summary>The JSON of run.json and private.json, member by member: to find it out by reflection takes longer than to check the log's signature.</summary>
internal static class RunForm
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a description; nothing is said of whether its parts are sound.</summary>
    /// <exception cref="JsonException">It is no JSON of this form.</exception>
    public static RunDescription Read(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Reading);
            return Description(new JsonMembers(document.RootElement));
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a text in it is no UTF-8", e);
        }
    }

    public static byte[] Write(RunDescription run)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Writing))
        {
            Write(json, run);
        }

        return bytes.ToArray();
    }

    private static RunDescription Description(JsonMembers from)
    {
        var read = new RunDescription
        {
            Kind = from.Text("kind"),
            Program = from.Text("program"),
            Weights = from.Text("weights"),
            Tokenizer = from.TextsByName("tokenizer"),
            Votes = from.TextOrNull("votes") ?? "",
            Salt = from.Text("salt"),
            Private = from.TextOrNull("private"),
            Secret = from.TextOrNull("secret") is not { } text ? null : RunSecret.TryParse(text, out RunSecret? secret) ? secret : throw new JsonException("A secret is 64 hexadecimal digits."),
            Finished = from.Flag("finished"),
            Begun = from.ObjectOrNull("begun") is { } begun ? Begun(begun) : null,
            Runs = from.Each("runs", Entry),
        };
        from.End();
        return read;
    }

    private static BegunRun Begun(JsonMembers from)
    {
        var read = new BegunRun
        {
            Entry = from.ObjectOrNull("entry") is { } entry ? Entry(entry) : throw new JsonException("'entry' is missing."),
            Tokenizer = from.TextOrNull("tokenizer"),
            MaxTokens = from.IntegerOrNull("maxTokens"),
            Stops = from.Texts("stops"),
            Opens = from.Flag("opens"),
        };
        from.End();
        return read;
    }

    private static RunEntry Entry(JsonMembers from)
    {
        var read = new RunEntry
        {
            Run = from.Text("run"),
            FirstIndex = from.Number("firstIndex"),
            Records = from.Number("records"),
            Trigger = from.Text("trigger"),
            Salt = from.Text("salt"),
            Prompt = from.Integers("prompt"),
            PromptText = from.TextOrNull("promptText") ?? "",
            Response = from.TextOrNull("response") ?? "",
            Inputs = from.Each("inputs", Input),
            Sampling = from.ObjectOrNull("sampling") is { } sampling ? Sampling(sampling) : null,
            StoppedAfter = from.NumberOrNull("stoppedAfter"),
            Seconds = from.RealOrNull("seconds"),
            Scalars = from.TextOrNull("scalars"),
        };
        from.End();
        return read;
    }

    private static GivenInput Input(JsonMembers from)
    {
        var read = new GivenInput(from.Text("dtype"), from.Integers("shape"), from.Text("bytes"));
        from.End();
        return read;
    }

    private static GivenSampling Sampling(JsonMembers from)
    {
        var read = new GivenSampling(from.Number("seed"), from.Word("temperatureBits"), from.Word("topPBits"), from.Word("topK"));
        from.End();
        return read;
    }

    private static void Write(Utf8JsonWriter json, RunDescription run)
    {
        json.WriteStartObject();
        json.WriteString("kind", run.Kind);
        json.WriteString("program", run.Program);
        json.WriteString("weights", run.Weights);
        if (run.Tokenizer is { } tokenizer)
        {
            json.WriteStartObject("tokenizer");
            foreach ((string name, string digest) in tokenizer)
            {
                json.WriteString(name, digest);
            }

            json.WriteEndObject();
        }

        json.WriteString("votes", run.Votes);
        json.WriteString("salt", run.Salt);
        WriteUnlessNull(json, "private", run.Private);
        WriteUnlessNull(json, "secret", run.Secret?.ToFileText().TrimEnd('\n'));
        json.WriteBoolean("finished", run.Finished);
        if (run.Begun is { } begun)
        {
            json.WriteStartObject("begun");
            json.WritePropertyName("entry");
            Write(json, begun.Entry);
            WriteUnlessNull(json, "tokenizer", begun.Tokenizer);
            if (begun.MaxTokens is { } most)
            {
                json.WriteNumber("maxTokens", most);
            }

            json.WriteStartArray("stops");
            foreach (string stop in begun.Stops)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
            json.WriteBoolean("opens", begun.Opens);
            json.WriteEndObject();
        }

        json.WriteStartArray("runs");
        foreach (RunEntry entry in run.Runs)
        {
            Write(json, entry);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RunEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("run", entry.Run);
        json.WriteNumber("firstIndex", entry.FirstIndex);
        json.WriteNumber("records", entry.Records);
        json.WriteString("trigger", entry.Trigger);
        json.WriteString("salt", entry.Salt);
        Write(json, "prompt", entry.Prompt);
        json.WriteString("promptText", entry.PromptText);
        json.WriteString("response", entry.Response);
        json.WriteStartArray("inputs");
        foreach (GivenInput input in entry.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("dtype", input.Dtype);
            Write(json, "shape", input.Shape);
            json.WriteString("bytes", input.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (entry.Sampling is { } sampling)
        {
            json.WriteStartObject("sampling");
            json.WriteNumber("seed", sampling.Seed);
            json.WriteNumber("temperatureBits", sampling.TemperatureBits);
            json.WriteNumber("topPBits", sampling.TopPBits);
            json.WriteNumber("topK", sampling.TopK);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("sampling");
        }

        if (entry.StoppedAfter is { } stopped)
        {
            json.WriteNumber("stoppedAfter", stopped);
        }

        if (entry.Seconds is { } seconds)
        {
            json.WriteNumber("seconds", seconds);
        }

        WriteUnlessNull(json, "scalars", entry.Scalars);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (int number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteUnlessNull(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}

using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using PomIsa.Cli.Json;
using PomIsa.Evidence.Privacy;
using PomIsa.Shards;

namespace PomIsa.Cli.Runs;

/// <summary>The JSON of run.json and private.json, member by member: what the framework takes to begin with any other way lasts longer than to check the log's signature.</summary>
internal static class RunForm
{
    private const int MaxDepth = 16;

    /// <summary>Reads a description; nothing is said of whether its parts are sound.</summary>
    /// <exception cref="JsonException">It is no JSON of this form.</exception>
    public static RunDescription Read(byte[] json) =>
        PlainJsonReader.Read(json, MaxDepth) is { } tree ? Description(new JsonMembers(tree)) : ReadAny(json);

    public static byte[] Write(RunDescription run)
    {
        var json = new JsonText();
        Write(json, run);
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    private static RunDescription ReadAny(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return Description(new JsonMembers(new ElementJson(document.RootElement)));
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a text in it is no UTF-8", e);
        }
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

    private static void Write(JsonText json, RunDescription run)
    {
        json.OpenObject();
        json.Member("kind", run.Kind);
        json.Member("program", run.Program);
        json.Member("weights", run.Weights);
        if (run.Tokenizer is { } tokenizer)
        {
            json.OpenObject("tokenizer");
            foreach ((string name, string digest) in tokenizer)
            {
                json.Member(name, digest);
            }

            json.CloseObject();
        }

        json.Member("votes", run.Votes);
        json.Member("salt", run.Salt);
        WriteUnlessNull(json, "private", run.Private);
        WriteUnlessNull(json, "secret", run.Secret?.ToFileText().TrimEnd('\n'));
        json.Member("finished", run.Finished);
        if (run.Begun is { } begun)
        {
            json.OpenObject("begun");
            json.OpenObject("entry");
            Write(json, begun.Entry);
            json.CloseObject();
            WriteUnlessNull(json, "tokenizer", begun.Tokenizer);
            if (begun.MaxTokens is { } most)
            {
                json.Member("maxTokens", most);
            }

            json.OpenArray("stops");
            foreach (string stop in begun.Stops)
            {
                json.Item(stop);
            }

            json.CloseArray();
            json.Member("opens", begun.Opens);
            json.CloseObject();
        }

        json.OpenArray("runs");
        foreach (RunEntry entry in run.Runs)
        {
            json.OpenObject();
            Write(json, entry);
            json.CloseObject();
        }

        json.CloseArray();
        json.CloseObject();
    }

    private static void Write(JsonText json, RunEntry entry)
    {
        json.Member("run", entry.Run);
        json.Member("firstIndex", entry.FirstIndex);
        json.Member("records", entry.Records);
        json.Member("trigger", entry.Trigger);
        json.Member("salt", entry.Salt);
        Write(json, "prompt", entry.Prompt);
        json.Member("promptText", entry.PromptText);
        json.Member("response", entry.Response);
        json.OpenArray("inputs");
        foreach (GivenInput input in entry.Inputs)
        {
            json.OpenObject();
            json.Member("dtype", input.Dtype);
            Write(json, "shape", input.Shape);
            json.Member("bytes", input.Bytes);
            json.CloseObject();
        }

        json.CloseArray();
        if (entry.Sampling is { } sampling)
        {
            json.OpenObject("sampling");
            json.Member("seed", sampling.Seed);
            json.Member("temperatureBits", sampling.TemperatureBits);
            json.Member("topPBits", sampling.TopPBits);
            json.Member("topK", sampling.TopK);
            json.CloseObject();
        }
        else
        {
            json.Null("sampling");
        }

        if (entry.StoppedAfter is { } stopped)
        {
            json.Member("stoppedAfter", stopped);
        }

        if (entry.Seconds is { } seconds)
        {
            json.Member("seconds", seconds);
        }

        WriteUnlessNull(json, "scalars", entry.Scalars);
    }

    private static void Write(JsonText json, string name, ImmutableArray<int> numbers)
    {
        json.OpenArray(name);
        foreach (int number in numbers)
        {
            json.Item(number);
        }

        json.CloseArray();
    }

    private static void WriteUnlessNull(JsonText json, string name, string? text)
    {
        if (text is not null)
        {
            json.Member(name, text);
        }
    }
}

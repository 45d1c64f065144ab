using System.Text.Json;
using System.Text.Json.Nodes;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Records;
using PomIsa.Files;
using PomIsa.Kernels;
using PomIsa.Text;

namespace PomIsa.Cli.Generating;

/// <summary>How a chat's answers are made.</summary>
internal sealed record ChatSettings(string? System, int Tokens, SamplingParameters Sampling, IReadOnlyList<string> Stops, DateOnly? Date, PrivacyMode Privacy)
{
    /// <summary>Whether of the answers' logs roots alone are kept.</summary>
    public bool KeepsRoots { get; init; }
}

/// <summary>A conversation with a model: each answer is a run over all that was said.</summary>
internal sealed class ChatSession(TextModel model, ChatSettings settings, DataFolder data, WorkerPool pool)
{
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<ChatMessage> _messages = [];
    private readonly List<string> _runs = [];

    /// <summary>Folders of the answers' runs.</summary>
    public IReadOnlyList<string> Runs => _runs;

    /// <summary>Forgets what was said.</summary>
    public void Reset() => _messages.Clear();

    /// <summary>Answers; what was said before and the answer, as far as it came, are kept.</summary>
    /// <returns>The answer and the tokens of the prompt.</returns>
    /// <exception cref="CliException">The conversation does not fit, or the template refuses it; the question is forgotten then.</exception>
    public (Generated Answer, int Prompt) Ask(string question, Action<string> show, CancellationToken stop)
    {
        ChatMessage[] said = [.. Opening(), .. _messages, new ChatMessage("user", question)];
        (var tokens, string text) = Conversation.Write(model, said, settings.Date);
        if (tokens.Length > model.Context)
        {
            throw CliException.Refused(FormattableString.Invariant($"The conversation has {tokens.Length} tokens; {model.Name} holds {model.Context} at most. Say /reset to begin anew."));
        }

        var asked = new GenerationRequest(tokens, text, settings.Tokens, settings.Sampling, settings.Stops, settings.Privacy) { KeepsRoots = settings.KeepsRoots };
        Generated answer = GenerationRun.Execute(model, asked, data, pool, show, stop);
        _messages.Add(new ChatMessage("user", question));
        _messages.Add(new ChatMessage("assistant", answer.Text));
        _runs.Add(answer.Folder);
        return (answer, tokens.Length);
    }

    /// <summary>Writes what was said, and where the runs lie.</summary>
    public void Save(string path) => AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["model"] = model.Name,
        ["messages"] = new JsonArray([.. Opening().Concat(_messages).Select(static one => (JsonNode)new JsonObject { ["role"] = one.Role, ["content"] = one.Content })]),
        ["runs"] = new JsonArray([.. _runs.Select(static one => (JsonNode)one)]),
    }, Form));

    private IEnumerable<ChatMessage> Opening() => settings.System is { } text ? [new ChatMessage("system", text)] : [];
}

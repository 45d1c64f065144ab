using PomIsa.Text.Templates;

namespace PomIsa.Text;

/// <summary>One thing that is said.</summary>
/// <param name="Role">Who says it: system, user or assistant.</param>
/// <param name="Content">What.</param>
public readonly record struct ChatMessage(string Role, string Content);

/// <summary>A model's chat template: how a conversation is written before it becomes tokens (spec/text.md).</summary>
/// <remarks>Our own interpreter of the part of Jinja that such templates use: no library for it is kept up for .NET, and a template is a stranger's program.</remarks>
public sealed class ChatTemplate
{
    private readonly List<Statement> _statements;

    private ChatTemplate(List<Statement> statements) => _statements = statements;

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">It is not well formed, or uses what is not known here.</exception>
    public static ChatTemplate Parse(string source) => source.Length <= TemplateLimits.SourceChars
        ? new ChatTemplate(StatementParser.Parse(source))
        : throw new TemplateException(1, "it is too long");

    /// <summary>Writes a conversation.</summary>
    /// <param name="messages">What was said.</param>
    /// <param name="answer">Whether what begins the model's answer is written behind it.</param>
    /// <param name="tokens">Spellings of tokens by the names that templates know them by, such as <c>bos_token</c>.</param>
    /// <param name="date">The day for templates that tell the model one; null for none.</param>
    /// <exception cref="TemplateException">The template refuses the conversation, fails, or takes too long.</exception>
    public string Render(IEnumerable<ChatMessage> messages, bool answer, IReadOnlyDictionary<string, string> tokens, DateOnly? date = null)
    {
        var scope = new Scope(Globals.With(date));
        foreach ((string name, string spelling) in tokens)
        {
            scope.Set(name, spelling);
        }

        scope.Set("messages", messages.Select(static message =>
        {
            var map = new Map();
            map["role"] = message.Role;
            map["content"] = message.Content;
            return (object?)map;
        }).ToList());
        scope.Set("add_generation_prompt", answer);
        scope.Set("tools", null);
        scope.Set("documents", null);
        var rendering = new Rendering();
        Statement.RunAll(_statements, rendering, scope);
        return rendering.Output.ToString();
    }
}

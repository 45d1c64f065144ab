using System.Collections.Immutable;
using PomIsa.Text;
using PomIsa.Text.Templates;

namespace PomIsa.Cli.Generating;

/// <summary>What is said, as the tokens that a model reads.</summary>
internal static class Conversation
{
    /// <summary>The prompt of one question: through the model's chat template, or as it is.</summary>
    /// <returns>Tokens, and the text that they are of.</returns>
    /// <exception cref="CliException">The template refuses it, or there is none for what is asked.</exception>
    public static (ImmutableArray<int> Tokens, string Text) Prompt(TextModel model, string text, string? system, bool raw, DateOnly? date)
    {
        if (!raw && model.Template is not null)
        {
            return Write(model, [.. system is null ? (ChatMessage[])[] : [new ChatMessage("system", system)], new ChatMessage("user", text)], date);
        }

        if (system is not null)
        {
            throw CliException.Usage($"--system needs a chat template, and {(raw ? "--raw leaves it out" : $"{model.Name} has none")}.");
        }

        return ([.. model.Tokenizer.Encode(text, special: true), .. model.PromptEnd], text);
    }

    /// <summary>A whole conversation, up to where the model's next answer begins.</summary>
    /// <exception cref="CliException">The template refuses it, or there is none.</exception>
    public static (ImmutableArray<int> Tokens, string Text) Write(TextModel model, IReadOnlyList<ChatMessage> messages, DateOnly? date)
    {
        ChatTemplate template = model.Template ?? throw CliException.Usage($"{model.Name} has no chat template. Continue a text with: pomisa generate --raw");
        try
        {
            string text = template.Render(messages, answer: true, model.Config.Tokens, date);
            return (model.Tokenizer.Encode(text, special: false), text);
        }
        catch (TemplateException e)
        {
            throw CliException.Refused(e.Message + " With --raw the prompt is taken as it is.");
        }
    }

    /// <summary>A special token that a text spells: the model will take it for one.</summary>
    public static string? Spelled(TextModel model, string text) =>
        model.Tokenizer.SpecialTokens.Keys.Where(token => text.Contains(token, StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Tells the user of such a token.</summary>
    public static void Warn(TextModel model, string text)
    {
        if (Spelled(model, text) is { } token)
        {
            Output.Note($"The text spells {token}; the model reads it as that token.");
        }
    }
}

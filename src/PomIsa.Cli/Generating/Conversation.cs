using System.Collections.Immutable;

namespace PomIsa.Cli.Generating;

/// <summary>What is said, as the tokens that a model reads.</summary>
internal static class Conversation
{
    /// <summary>The prompt of one question.</summary>
    /// <returns>Tokens, and the text that they are of.</returns>
    public static (ImmutableArray<int> Tokens, string Text) Prompt(TextModel model, string text, string? system, bool raw)
    {
        if (system is not null)
        {
            throw CliException.Usage($"--system needs a chat template, and {(raw ? "--raw leaves it out" : $"{model.Name} has none")}.");
        }

        return ([.. model.Tokenizer.Encode(text, special: true), .. model.PromptEnd], text);
    }
}

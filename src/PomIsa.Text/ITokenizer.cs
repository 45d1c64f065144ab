using System.Collections.Immutable;

namespace PomIsa.Text;

/// <summary>Text to token ids and back, by the files that a model came with.</summary>
public interface ITokenizer
{
    /// <summary>One more than the highest id.</summary>
    int Vocabulary { get; }

    /// <summary>Ids of the tokens that mark structure and spell no text of an answer, by how a text spells them.</summary>
    IReadOnlyDictionary<string, int> SpecialTokens { get; }

    /// <summary>Token ids of a text. What spells a special token is read as that token.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="special">Whether the tokens are added that the files put around a text, such as one at its beginning.</param>
    /// <exception cref="InvalidDataException">The text is too long, or a pattern of the files takes too long on it.</exception>
    ImmutableArray<int> Encode(string text, bool special);

    /// <summary>How one token is spelled in the files; null for an id that none has.</summary>
    string? Spelling(int id);

    /// <summary>Begins to decode tokens, one at a time.</summary>
    /// <param name="special">Whether special tokens are spelled out rather than left out.</param>
    ITokenStream Decode(bool special = false);
}

/// <summary>Tokens as text while they come.</summary>
public interface ITokenStream
{
    /// <summary>Takes a token.</summary>
    /// <returns>The text that is certain now: a character whose bytes are not all there is held back.</returns>
    string Add(int id);

    /// <summary>Ends the stream.</summary>
    /// <returns>What was held back; bytes that are no character become U+FFFD.</returns>
    string End();
}

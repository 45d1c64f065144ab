namespace PomIsa.Text.Models;

/// <summary>Tokens of one word: what pre-tokenization left whole.</summary>
internal interface ITokenModel
{
    /// <summary>Appends the ids of a word's tokens.</summary>
    /// <param name="word">Not empty.</param>
    /// <param name="ids">Gains the ids.</param>
    void Encode(string word, List<int> ids);
}

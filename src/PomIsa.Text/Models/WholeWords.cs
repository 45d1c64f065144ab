namespace PomIsa.Text.Models;

/// <summary>Words that are tokens are taken whole, whatever the merges say.</summary>
internal sealed class WholeWords(Vocabulary vocabulary, ITokenModel inner) : ITokenModel
{
    public void Encode(string word, List<int> ids)
    {
        if (vocabulary.Find(word) is { } id)
        {
            ids.Add(id);
        }
        else
        {
            inner.Encode(word, ids);
        }
    }
}

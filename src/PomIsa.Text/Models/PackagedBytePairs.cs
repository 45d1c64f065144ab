using Microsoft.ML.Tokenizers;

namespace PomIsa.Text.Models;

/// <summary>Byte-level BPE through Microsoft.ML.Tokenizers: words whose characters stand for bytes.</summary>
/// <param name="package">The package's tokenizer.</param>
/// <param name="whole">Where a word that is a token is not merged but taken whole: the vocabulary.</param>
/// <param name="longer">Words beyond <see cref="Longest"/>: the package takes time by the square of their length.</param>
internal sealed class PackagedBytePairs(BpeTokenizer package, Vocabulary? whole, BytePairs longer) : ITokenModel
{
    private const int Longest = 256;

    public static PackagedBytePairs Create(Vocabulary vocabulary, IEnumerable<string> merges, bool takesWhole, BytePairs longer) => new(
        BpeTokenizer.Create(new BpeOptions(vocabulary.Ids) { Merges = merges }),
        takesWhole ? vocabulary : null,
        longer);

    public void Encode(string word, List<int> ids)
    {
        if (whole?.Find(word) is { } id)
        {
            ids.Add(id);
        }
        else if (word.Length > Longest)
        {
            longer.Encode(word, ids);
        }
        else
        {
            ids.AddRange(package.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
        }
    }
}

using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;
using PomIsa.Text.Files;

namespace PomIsa.Text.Models;

/// <summary>WordPiece through Microsoft.ML.Tokenizers: the longest token that a word begins with, then the longest of the rest.</summary>
/// <remarks>The package counts a word's length in UTF-16 units, the file in characters; so that is counted here.</remarks>
internal sealed class WordPiece : ITokenModel
{
    // The package tries each end of each part: time grows with the third power.
    private const int LongestWord = 1000;

    private readonly WordPieceTokenizer _package;
    private readonly int _most;
    private readonly int _unknown;

    private WordPiece(WordPieceTokenizer package, int most, int unknown) => (_package, _most, _unknown) = (package, most, unknown);

    public static WordPiece Read(JsonPart part, Vocabulary vocabulary)
    {
        string unknown = part.TextOrNull("unk_token") ?? "[UNK]", prefix = part.TextOrNull("continuing_subword_prefix") ?? "##";
        int most = part.Find("max_input_chars_per_word")?.Id ?? 100;
        if (most is < 1 or > LongestWord)
        {
            throw part.Wrong(string.Create(CultureInfo.InvariantCulture, $"has words of up to {most} characters; 1 to {LongestWord} are possible"));
        }

        if (vocabulary.Find(unknown) is not { } id)
        {
            throw part.Wrong($"has an unknown token '{unknown}' that is not in its vocabulary");
        }

        using var lines = new MemoryStream();
        using (var writer = new StreamWriter(lines, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            for (int i = 0; i < vocabulary.Size; i++)
            {
                string token = vocabulary.Spelling(i) ?? "";
                if (token.AsSpan().ContainsAny('\n', '\r'))
                {
                    throw part.Wrong(string.Create(CultureInfo.InvariantCulture, $"has a line break in token {i}"));
                }

                writer.WriteLine(token);
            }
        }

        lines.Position = 0;
        var options = new WordPieceOptions { UnknownToken = unknown, ContinuingSubwordPrefix = prefix, MaxInputCharsPerWord = 2 * most };
        return new WordPiece(WordPieceTokenizer.Create(lines, options), most, id);
    }

    public void Encode(string word, List<int> ids)
    {
        if (word.Length > _most && word.EnumerateRunes().Count() > _most)
        {
            ids.Add(_unknown);
        }
        else
        {
            ids.AddRange(_package.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
        }
    }
}

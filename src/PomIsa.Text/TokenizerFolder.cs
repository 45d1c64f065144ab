using System.Collections.Immutable;
using PomIsa.Text.SentencePiece;
using PomIsa.Text.Tokens;

namespace PomIsa.Text;

/// <summary>The tokenizer files of a model, in one folder.</summary>
public static class TokenizerFolder
{
    /// <summary>Names of the files that text goes through on its way to tokens and back.</summary>
    public static ImmutableArray<string> FileNames { get; } = [TokenizerJson.FileName, SentencePieceModel.FileName, VocabularyFiles.VocabularyName, VocabularyFiles.MergesName, .. TokenizerConfig.FileNames];

    /// <summary>Whether a folder holds a tokenizer.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, TokenizerJson.FileName)) || File.Exists(Path.Combine(folder, SentencePieceModel.FileName)) || VocabularyFiles.Exist(folder);

    /// <summary>Reads <c>tokenizer.json</c>, or where there is none <c>tokenizer.model</c>, or else <c>vocab.json</c> with <c>merges.txt</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">What the files beside it say.</param>
    /// <exception cref="InvalidDataException">A file is not well formed, or asks for something that is not known here.</exception>
    /// <exception cref="FileNotFoundException">There is none of them.</exception>
    public static ITokenizer Load(string folder, TokenizerConfig config)
    {
        string json = Path.Combine(folder, TokenizerJson.FileName), model = Path.Combine(folder, SentencePieceModel.FileName);
        return File.Exists(json) ? TokenizerJson.Load(json)
            : File.Exists(model) ? SentencePieceModel.Load(model, config)
            : VocabularyFiles.Exist(folder) ? VocabularyFiles.Load(folder, config)
            : throw new FileNotFoundException($"{folder} holds neither {TokenizerJson.FileName} nor {SentencePieceModel.FileName}, nor {VocabularyFiles.VocabularyName} with {VocabularyFiles.MergesName}.");
    }
}

using System.Globalization;
using PomIsa.Text.Decoders;
using PomIsa.Text.Files;
using PomIsa.Text.Models;
using PomIsa.Text.PostProcessors;
using PomIsa.Text.PreTokenizers;
using PomIsa.Text.Tokens;

namespace PomIsa.Text.SentencePiece;

/// <summary>Reads a <c>tokenizer.model</c>.</summary>
/// <remarks>
/// The tokenizer package reads such files too, and gives the same tokens for BPE models without pieces of the user's and without a
/// table of replacements; the tests hold ours against it. For the rest see <see cref="Unigram"/> and <see cref="SpaceRules"/>.
/// </remarks>
internal static class SentencePieceModel
{
    public const string FileName = "tokenizer.model";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Says which tokens are added to it and put around a text.</param>
    /// <exception cref="InvalidDataException">It is no such file, or asks for something that is not known here.</exception>
    public static ITokenizer Load(string path, TokenizerConfig config) => BoundedFile.Told(path, () => Read(ModelFile.Read(BoundedFile.Read(path, TextLimits.FileBytes)), config));

    private static ModelTokenizer Read(ModelFile file, TokenizerConfig config)
    {
        var vocabulary = new Vocabulary();
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            if (!vocabulary.TryAdd(file.Pieces[id].Text, id))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Piece {id} is spelled '{file.Pieces[id].Text}', as another one is."));
            }
        }

        if (file.SpaceAsSuffix)
        {
            throw new InvalidDataException("The model puts spaces at the ends of words, which is not known here.");
        }

        int[]? bytes = file.ByteFallback ? vocabulary.ByteIds() ?? throw new InvalidDataException("The model falls back to bytes, and has no tokens for some.") : null;
        int unknown = Known(file.Unknown, file, "unknown");
        ITokenModel model = file.Type switch
        {
            ModelFile.UnigramType => UnigramOf(file, unknown, bytes),
            ModelFile.BpeType => BytePairsOf(file, vocabulary, unknown, bytes),
            _ => throw new InvalidDataException("The model is neither of the kind Unigram nor BPE."),
        };
        IEnumerable<AddedToken> own = file.Pieces.Select(static (piece, id) => (piece, id))
            .Where(static one => one.piece.Kind is PieceKind.Control or PieceKind.UserDefined or PieceKind.Unknown && one.piece.Text.Length > 0)
            .Select(static one => new AddedToken(one.piece.Text, one.id, one.piece.Kind != PieceKind.UserDefined));
        AddedToken[] added = [.. config.Added.Select(one => one.Token.Into(vocabulary, one.Part)), .. own];
        var rules = new SpaceRules(file);
        return new ModelTokenizer(
            vocabulary,
            model,
            [.. added.DistinctBy(static one => one.Content)],
            rules.Apply,
            null,
            new Frame(config.AddsBegin ?? file.Begin >= 0 ? [Known(file.Begin, file, "first")] : [], config.AddsEnd ?? false ? [Known(file.End, file, "last")] : []),
            DecoderPlan.SentencePiece(file.EscapesSpaces ? Metaspace.Default : " ", file.AddsSpace));
    }

    private static Unigram UnigramOf(ModelFile file, int unknown, int[]? bytes)
    {
        KeyValuePair<string, int>[] tokens = [.. file.Pieces.Select(static (piece, id) => (piece, id))
            .Where(static one => one.piece is { Kind: PieceKind.Normal, Text.Length: > 0 })
            .Select(static one => KeyValuePair.Create(one.piece.Text, one.id))];
        return new Unigram(tokens, [.. file.Pieces.Select(static piece => (double)piece.Score)], unknown, bytes);
    }

    private static BytePairs BytePairsOf(ModelFile file, Vocabulary vocabulary, int unknown, int[]? bytes) =>
        file.Pieces.Any(static piece => piece.Kind == PieceKind.Unused)
            ? throw new InvalidDataException("The model has unused pieces between its merges, which is not known here.")
            : new BytePairs(vocabulary, new ScoredMerges(file.Pieces, vocabulary), new BytePairOptions { Unknown = unknown, FuseUnknown = true, Bytes = bytes });

    private static int Known(int id, ModelFile file, string which) => id >= 0 && id < file.Pieces.Count
        ? id
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The {which} token has the id {id}, which no piece has."));
}

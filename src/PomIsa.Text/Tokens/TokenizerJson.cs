using PomIsa.Text.Decoders;
using PomIsa.Text.Files;
using PomIsa.Text.Models;
using PomIsa.Text.Normalizers;
using PomIsa.Text.PostProcessors;
using PomIsa.Text.PreTokenizers;

namespace PomIsa.Text.Tokens;

/// <summary>Reads a <c>tokenizer.json</c>.</summary>
public static class TokenizerJson
{
    /// <summary>The name that such a file has.</summary>
    public const string FileName = "tokenizer.json";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or asks for something that is not known here; the message says where.</exception>
    public static ITokenizer Load(string path) => BoundedFile.Json(path, TextLimits.FileBytes, Read);

    internal static ModelTokenizer Read(JsonPart file)
    {
        JsonPart model = file.Need("model");
        JsonPart? normalizer = file.Find("normalizer"), preTokenizer = file.Find("pre_tokenizer");
        var vocabulary = new Vocabulary();
        bool bytes = PreTokenizerReader.SpellsBytes(preTokenizer);
        ITokenModel tokens = ModelReader.Read(model, vocabulary, bytes);
        AddedToken[] added = file.Find("added_tokens") is { } list
            ? [.. list.Items.Select(one => AddedToken.Read(one, one.Need("id").Id).Into(vocabulary, one))]
            : [];
        return new ModelTokenizer(
            vocabulary, tokens, added, NormalizerReader.Read(normalizer), PreTokenizerReader.Read(preTokenizer), Frame.Read(file.Find("post_processor")), DecoderPlan.Read(file.Find("decoder")));
    }
}

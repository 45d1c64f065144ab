using System.Buffers.Binary;
using System.Text;

namespace PomIsa.Architectures.Gguf;

/// <summary>A vocabulary with scores as SentencePiece's <c>tokenizer.model</c>: a protobuf, by the field numbers of sentencepiece_model.proto.</summary>
internal static class PieceFile
{
    private const int Pieces = 1, Trainer = 2, Normalizer = 3, BytePairs = 2;

    public static byte[] Of(GgufHead head, string[] tokens)
    {
        double[]? scores = head.Numbers("tokenizer.ggml.scores"), types = head.Numbers("tokenizer.ggml.token_type");
        using var file = new MemoryStream();
        Span<byte> bits = stackalloc byte[4];
        for (int i = 0; i < tokens.Length; i++)
        {
            using var piece = new MemoryStream();
            Bytes(piece, 1, Encoding.UTF8.GetBytes(tokens[i]));
            float score = scores is not null && i < scores.Length && double.IsFinite(scores[i]) ? (float)scores[i] : 0;
            Varint(piece, (2 << 3) | 5);
            BinaryPrimitives.WriteSingleLittleEndian(bits, score);
            piece.Write(bits);

            // An unused piece is one that no text becomes: as a control token it stays so.
            int type = GgufTokenizer.TypeOf(types, i) is var own and >= GgufTokenizer.Normal and <= GgufTokenizer.Byte and not GgufTokenizer.Unused ? own : GgufTokenizer.Control;
            Number(piece, 3, type);
            Bytes(file, Pieces, piece.ToArray());
        }

        using var trainer = new MemoryStream();
        Number(trainer, 3, BytePairs);
        Number(trainer, 35, types?.Contains(GgufTokenizer.Byte) == true ? 1 : 0);
        foreach ((int field, string kind) in ((int, string)[])[(40, "unknown"), (41, "bos"), (42, "eos"), (43, "padding")])
        {
            if (head.Whole($"tokenizer.ggml.{kind}_token_id") is >= 0 and var id && id < tokens.Length)
            {
                Number(trainer, field, id);
            }
        }

        Bytes(file, Trainer, trainer.ToArray());
        using var normalizer = new MemoryStream();
        Number(normalizer, 3, head.Flag("tokenizer.ggml.add_space_prefix") == false ? 0 : 1);
        Number(normalizer, 4, head.Flag("tokenizer.ggml.remove_extra_whitespaces") == true ? 1 : 0);
        Number(normalizer, 5, 1);
        Bytes(file, Normalizer, normalizer.ToArray());
        return file.ToArray();
    }

    private static void Bytes(MemoryStream to, int field, byte[] bytes)
    {
        Varint(to, (ulong)((field << 3) | 2));
        Varint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Number(MemoryStream to, int field, long value)
    {
        Varint(to, (ulong)(field << 3));
        Varint(to, (ulong)value);
    }

    private static void Varint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }
}

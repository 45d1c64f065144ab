using System.Globalization;
using Google.Protobuf;

namespace PomIsa.Text.SentencePiece;

/// <summary>What a piece is; the numbers are the format's.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A token of a SentencePiece model; its id is its place.</summary>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);

/// <summary>A <c>tokenizer.model</c>: SentencePiece's protobuf, as far as it is needed to encode and decode.</summary>
/// <remarks>Field numbers are those of sentencepiece_model.proto. Read field by field: the tokenizer package's message types are not public.</remarks>
internal sealed class ModelFile
{
    public const int UnigramType = 1, BpeType = 2;

    public List<Piece> Pieces { get; } = [];

    public int Type { get; private set; } = UnigramType;

    public bool ByteFallback { get; private set; }

    public bool SpaceAsSuffix { get; private set; }

    public int Unknown { get; private set; }

    public int Begin { get; private set; } = 1;

    public int End { get; private set; } = 2;

    public byte[] CharsMap { get; private set; } = [];

    public bool AddsSpace { get; private set; } = true;

    public bool RemovesSpaces { get; private set; } = true;

    public bool EscapesSpaces { get; private set; } = true;

    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static ModelFile Read(byte[] bytes)
    {
        var file = new ModelFile();
        try
        {
            Fields(new CodedInputStream(bytes), file.ReadField);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"This is no SentencePiece model: {e.Message}", e);
        }

        return file.Pieces.Count > 0 ? file : throw new InvalidDataException("This is no SentencePiece model: it has no pieces.");
    }

    private bool ReadField(int field, CodedInputStream from)
    {
        switch (field)
        {
            case 1:
                Inner(from, ReadPiece());
                return true;
            case 2:
                Inner(from, ReadTrainer);
                return true;
            case 3:
                Inner(from, ReadNormalizer);
                return true;
            default:
                return false;
        }
    }

    private Func<int, CodedInputStream, bool> ReadPiece()
    {
        if (Pieces.Count >= TextLimits.Ids)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"There are more than {TextLimits.Ids} pieces."));
        }

        int at = Pieces.Count;
        Pieces.Add(new Piece("", 0, PieceKind.Normal));
        return (field, from) =>
        {
            switch (field)
            {
                case 1:
                    Pieces[at] = Pieces[at] with { Text = from.ReadString() };
                    return Pieces[at].Text.Length <= TextLimits.TokenChars ? true : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Piece {at} is too long."));
                case 2:
                    Pieces[at] = Pieces[at] with { Score = from.ReadFloat() };
                    return float.IsFinite(Pieces[at].Score) ? true : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Piece {at} has a score that is no number."));
                case 3:
                    Pieces[at] = Pieces[at] with { Kind = (PieceKind)from.ReadEnum() };
                    return true;
                default:
                    return false;
            }
        };
    }

    private bool ReadTrainer(int field, CodedInputStream from)
    {
        switch (field)
        {
            case 3:
                Type = from.ReadEnum();
                return true;
            case 24:
                SpaceAsSuffix = from.ReadBool();
                return true;
            case 35:
                ByteFallback = from.ReadBool();
                return true;
            case 40:
                Unknown = from.ReadInt32();
                return true;
            case 41:
                Begin = from.ReadInt32();
                return true;
            case 42:
                End = from.ReadInt32();
                return true;
            default:
                return false;
        }
    }

    private bool ReadNormalizer(int field, CodedInputStream from)
    {
        switch (field)
        {
            case 2:
                CharsMap = from.ReadBytes().ToByteArray();
                return true;
            case 3:
                AddsSpace = from.ReadBool();
                return true;
            case 4:
                RemovesSpaces = from.ReadBool();
                return true;
            case 5:
                EscapesSpaces = from.ReadBool();
                return true;
            default:
                return false;
        }
    }

    private static void Inner(CodedInputStream from, Func<int, CodedInputStream, bool> read) => Fields(from.ReadBytes().CreateCodedInput(), read);

    private static void Fields(CodedInputStream from, Func<int, CodedInputStream, bool> read)
    {
        while (from.ReadTag() is not 0 and var tag)
        {
            if (!read(WireFormat.GetTagFieldNumber(tag), from))
            {
                from.SkipLastField();
            }
        }
    }
}

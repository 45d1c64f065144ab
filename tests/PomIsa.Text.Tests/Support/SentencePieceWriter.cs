using Google.Protobuf;

namespace PomIsa.Text.Tests.Support;

/// <summary>Writes a tokenizer.model.</summary>
internal sealed record SentencePieceWriter
{
    public required (string Text, float Score, int Kind)[] Pieces { get; init; }

    public int Type { get; init; } = 2;

    public bool ByteFallback { get; init; }

    public int Unknown { get; init; }

    public int Begin { get; init; } = 1;

    public int End { get; init; } = 2;

    public byte[] CharsMap { get; init; } = [];

    public bool AddsSpace { get; init; } = true;

    public bool RemovesSpaces { get; init; }

    /// <summary>unk, s, /s, then 256 byte tokens where wanted, then pieces with falling scores.</summary>
    public static (string, float, int)[] Llama(bool bytes, params string[] pieces) =>
    [
        ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3),
        .. bytes ? Enumerable.Range(0, 256).Select(b => ($"<0x{b:X2}>", 0f, 6)) : [],
        .. pieces.Select((p, i) => (p, (float)-i, 1)),
    ];

    public byte[] Write()
    {
        var trainer = Message(w =>
        {
            Int(w, 3, Type);
            Int(w, 35, ByteFallback ? 1 : 0);
            Int(w, 40, Unknown);
            Int(w, 41, Begin);
            Int(w, 42, End);
        });
        var normalizer = Message(w =>
        {
            w.WriteTag(2, WireFormat.WireType.LengthDelimited);
            w.WriteBytes(ByteString.CopyFrom(CharsMap));
            Int(w, 3, AddsSpace ? 1 : 0);
            Int(w, 4, RemovesSpaces ? 1 : 0);
            Int(w, 5, 1);
        });
        return Message(w =>
        {
            foreach ((string text, float score, int kind) in Pieces)
            {
                Inner(w, 1, Message(p =>
                {
                    p.WriteTag(1, WireFormat.WireType.LengthDelimited);
                    p.WriteString(text);
                    p.WriteTag(2, WireFormat.WireType.Fixed32);
                    p.WriteFloat(score);
                    Int(p, 3, kind);
                }));
            }

            Inner(w, 2, trainer);
            Inner(w, 3, normalizer);
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var stream = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(stream);
        }

        return bytes.ToArray();
    }

    private static void Int(CodedOutputStream to, int field, int value)
    {
        to.WriteTag(field, WireFormat.WireType.Varint);
        to.WriteInt32(value);
    }

    private static void Inner(CodedOutputStream to, int field, byte[] message)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteBytes(ByteString.CopyFrom(message));
    }
}

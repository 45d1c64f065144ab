using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Tests.Records;

public class RetirePeekTests
{
    // Bytes of a retire and of its neighbours: one byte changed, cut, continued.
    private static Gen<byte[]> AnyBytes { get; } =
        from record in Samples.AnyRecord.Generator
        from symbols in Gen.Elements(false, true, true)
        from at in Gen.Choose(0, 100)
        from value in Gen.OneOf(Gen.Choose(0, 4), Gen.Choose(0, 255))
        from length in Gen.Elements(0, 0, 0, -1, 1)
        from zero in Gen.Elements(false, false, false, true)
        from twin in Gen.Elements(0, 0, 59, 63)
        select Change(Samples.Encode(symbols ? record : WithoutSymbols(record)), at, (byte)value, length, zero, twin);

    [Property(MaxTest = 10_000)]
    public Property What_is_read_of_a_retire_is_what_the_decoder_reads_and_nothing_else_is_one() => Prop.ForAll(AnyBytes.ToArbitrary(), static bytes =>
    {
        bool decoded = Record.TryDecode(bytes, out Record record, out _);
        Assert.Equal(decoded && record is Retire, RetirePeek.TryRead(bytes, out RetirePeek read));
        if (decoded && record is Retire retire)
        {
            Assert.Equal(new RetirePeek(retire.Head.Sequence, retire.Head.Tokens, retire.IsPrivate, !retire.Commitments.IsEmpty), read);
            Assert.Equal(retire.Head.RunId, RetirePeek.RunOf(bytes));
        }
    });

    private static Record WithoutSymbols(Record record) => record is Retire retire ? retire with { Symbols = [] } : record;

    private static byte[] Change(byte[] bytes, int at, byte value, int length, bool zero, int twin)
    {
        Array.Resize(ref bytes, Math.Max(0, bytes.Length + length));
        if (zero && bytes.Length >= RecordWriter.HeadBytes + Digest.Size + sizeof(ulong))
        {
            bytes.AsSpan(RecordWriter.HeadBytes + Digest.Size, sizeof(ulong)).Clear(); // a sequence number that no record has
        }

        if (twin > 0 && twin + 5 < bytes.Length)
        {
            bytes[twin + 5] = bytes[twin]; // the second symbol's index that of the first, in either form
        }

        if (at < bytes.Length)
        {
            bytes[at] = value;
        }

        return bytes;
    }
}

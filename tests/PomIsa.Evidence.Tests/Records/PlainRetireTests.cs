using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Tests.Records;

public class PlainRetireTests
{
    // Bytes of a plain retire and of its neighbours: one byte changed, cut, continued.
    private static Gen<byte[]> AnyBytes { get; } =
        from record in Samples.AnyRecord.Generator
        from symbols in Gen.Elements(false, true)
        from at in Gen.Choose(0, 80)
        from value in Gen.OneOf(Gen.Choose(0, 4), Gen.Choose(0, 255))
        from length in Gen.Elements(0, 0, 0, -1, 1)
        from zero in Gen.Elements(false, false, false, true)
        select Change(Samples.Encode(symbols ? record : WithoutSymbols(record)), at, (byte)value, length, zero);

    [Property(MaxTest = 3000)]
    public Property What_is_read_as_a_plain_retire_is_what_the_decoder_reads() => Prop.ForAll(AnyBytes.ToArbitrary(), static bytes =>
    {
        bool decoded = Record.TryDecode(bytes, out Record record, out _);
        bool plain = decoded && record is Retire { IsPrivate: false, Symbols.IsEmpty: true, Scalars.IsEmpty: true };
        Assert.Equal(plain, RecordPeek.IsPlainRetire(bytes, out Digest run, out ulong sequence, out bool commits));
        if (plain)
        {
            var retire = (Retire)record;
            Assert.Equal((retire.Head.RunId, retire.Head.Sequence, !retire.Commitments.IsEmpty), (run, sequence, commits));
        }
    });

    private static Record WithoutSymbols(Record record) => record is Retire retire ? retire with { Symbols = [] } : record;

    private static byte[] Change(byte[] bytes, int at, byte value, int length, bool zero)
    {
        Array.Resize(ref bytes, Math.Max(0, bytes.Length + length));
        if (zero && bytes.Length >= RecordWriter.HeadBytes + Digest.Size + sizeof(ulong))
        {
            bytes.AsSpan(RecordWriter.HeadBytes + Digest.Size, sizeof(ulong)).Clear(); // a sequence number that no record has
        }

        if (at < bytes.Length)
        {
            bytes[at] = value;
        }

        return bytes;
    }
}

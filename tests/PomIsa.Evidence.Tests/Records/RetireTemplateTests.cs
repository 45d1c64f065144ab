using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Tests.Records;

public class RetireTemplateTests
{
    private static readonly RetireHead s_head = new(Digest.Of("run"u8), 0x0102030405060708, 0x11121314, 7, 0x21222324, 0x31);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void An_entry_matches_if_it_is_the_record_byte_for_byte(int outputs)
    {
        Digest[] commitments = [.. Enumerable.Range(0, outputs).Select(static i => Digest.Of([(byte)i]))];
        var template = new RetireTemplate(s_head with { Sequence = 1, Step = 0 }, outputs);
        var entry = new byte[RecordWriter.RetireBytes(0, outputs, 0)];
        RecordWriter.WriteRetire(entry, s_head, [], commitments);
        Assert.True(Matches(entry));
        for (int at = 0; at < entry.Length; at++)
        {
            entry[at] ^= 1;
            Assert.False(Matches(entry));
            entry[at] ^= 1;
        }

        Assert.False(Matches(entry[..^1]));
        Assert.False(Matches([.. entry, 0]));
        Assert.False(Matches([]));
        Assert.False(template.Matches(entry, s_head.Sequence + 1, s_head.Step, commitments));
        Assert.False(template.Matches(entry, s_head.Sequence, s_head.Step + 1, commitments));
        Assert.False(template.Matches(entry, s_head.Sequence, s_head.Step, [.. commitments, default]));

        bool Matches(byte[] one) => template.Matches(one, s_head.Sequence, s_head.Step, commitments);
    }
}

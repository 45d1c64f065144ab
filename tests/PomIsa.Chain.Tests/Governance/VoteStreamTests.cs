using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using PomIsa.Chain.Governance;

namespace PomIsa.Chain.Tests.Governance;

public sealed class VoteStreamTests
{
    private const string Good =
        """{"height":3,"id":417,"kind":"parameter","title":"Raise the block size","name":"max_block_kb","from":512,"to":768,"yes":6120,"no":2210,"abstain":311,"quorum":5000,"outcome":"passed"}""";

    [Fact]
    public void A_good_line_gives_its_vote()
    {
        Assert.True(VoteStream.TryParseLine(Encoding.UTF8.GetBytes(Good), out Vote vote, out _));
        Assert.Equal(3, vote.Height);
        Assert.Equal(
            "#417 parameter | Raise the block size | max_block_kb 512 to 768 | yes 6120 no 2210 abstain 311 quorum 5000 | passed\n",
            SummaryPrompt.Of([vote.Record]));
    }

    [Theory]
    [InlineData("", "", VoteFaultCode.BrokenJson, VoteField.None, "{")]
    [InlineData("", "", VoteFaultCode.BrokenJson, VoteField.None, "{} {}")]
    [InlineData("", "", VoteFaultCode.BrokenJson, VoteField.None, "votes")]
    [InlineData("", "", VoteFaultCode.BrokenJson, VoteField.None, "\u00ff")]
    [InlineData("", "", VoteFaultCode.EmptyLine, VoteField.None, "")]
    [InlineData("", "", VoteFaultCode.NotAnObject, VoteField.None, "[1]")]
    [InlineData("", "", VoteFaultCode.NotAnObject, VoteField.None, "7")]
    [InlineData("\"quorum\"", "\"quota\"", VoteFaultCode.UnknownField, VoteField.None)]
    [InlineData("\"no\":2210", "\"yes\":2210", VoteFaultCode.RepeatedField, VoteField.Yes)]
    [InlineData("\"height\":3,", "", VoteFaultCode.MissingField, VoteField.Height)]
    [InlineData("\"id\":417,", "", VoteFaultCode.MissingField, VoteField.Id)]
    [InlineData("\"name\":\"max_block_kb\",", "", VoteFaultCode.MissingField, VoteField.Name)]
    [InlineData("\"from\":512,", "", VoteFaultCode.MissingField, VoteField.From)]
    [InlineData("\"quorum\":5000,", "", VoteFaultCode.MissingField, VoteField.Quorum)]
    [InlineData(",\"outcome\":\"passed\"", "", VoteFaultCode.MissingField, VoteField.Outcome)]
    [InlineData("\"kind\":\"parameter\"", "\"kind\":\"treasury\"", VoteFaultCode.FieldNotForKind, VoteField.From)]
    [InlineData("\"kind\":\"parameter\"", "\"kind\":\"text\"", VoteFaultCode.FieldNotForKind, VoteField.Name)]
    [InlineData("\"kind\":\"parameter\"", "\"kind\":\"Parameter\"", VoteFaultCode.UnknownKind, VoteField.Kind)]
    [InlineData("\"passed\"", "\"accepted\"", VoteFaultCode.UnknownOutcome, VoteField.Outcome)]
    [InlineData("\"passed\"", "7", VoteFaultCode.NotText, VoteField.Outcome)]
    [InlineData("6120", "-1", VoteFaultCode.NegativeTally, VoteField.Yes)]
    [InlineData("2210", "-9", VoteFaultCode.NegativeTally, VoteField.No)]
    [InlineData("311", "-0", VoteFaultCode.NegativeTally, VoteField.Abstain)]
    [InlineData("5000", "-5", VoteFaultCode.NumberOutOfRange, VoteField.Quorum)]
    [InlineData("6120", "6120.0", VoteFaultCode.NotAnInteger, VoteField.Yes)]
    [InlineData("6120", "6e3", VoteFaultCode.NotAnInteger, VoteField.Yes)]
    [InlineData("6120", "\"6120\"", VoteFaultCode.NotAnInteger, VoteField.Yes)]
    [InlineData("6120", "null", VoteFaultCode.NotAnInteger, VoteField.Yes)]
    [InlineData("6120", "[1]", VoteFaultCode.NotAnInteger, VoteField.Yes)]
    [InlineData("6120", "1000000000001", VoteFaultCode.NumberOutOfRange, VoteField.Yes)]
    [InlineData("6120", "99999999999999999999999", VoteFaultCode.NumberOutOfRange, VoteField.Yes)]
    [InlineData("417", "0", VoteFaultCode.NumberOutOfRange, VoteField.Id)]
    [InlineData("\"height\":3", "\"height\":0", VoteFaultCode.NumberOutOfRange, VoteField.Height)]
    [InlineData("Raise the block size", "", VoteFaultCode.TitleEmpty, VoteField.Title)]
    [InlineData("Raise the block size", " Raise", VoteFaultCode.TitleCharacter, VoteField.Title)]
    [InlineData("Raise the", "Raise | the", VoteFaultCode.TitleCharacter, VoteField.Title)]
    [InlineData("Raise the", "Raise\\nthe", VoteFaultCode.TitleCharacter, VoteField.Title)]
    [InlineData("Raise the", "Raise\\u2028the", VoteFaultCode.TitleCharacter, VoteField.Title)]
    [InlineData("Raise the", "Raise \\u202e the", VoteFaultCode.TitleCharacter, VoteField.Title)]
    [InlineData("Raise the", "Raise \\ud800 the", VoteFaultCode.BrokenJson, VoteField.Title)]
    [InlineData("Raise the", "Raise\u0007the", VoteFaultCode.BrokenJson, VoteField.None)]
    [InlineData("max_block_kb", "max block", VoteFaultCode.BadName, VoteField.Name)]
    [InlineData("max_block_kb", "", VoteFaultCode.BadName, VoteField.Name)]
    [InlineData("max_block_kb", "max_bl\u00f6ck", VoteFaultCode.BadName, VoteField.Name)]
    [InlineData("\"passed\"", "\"rejected\"", VoteFaultCode.OutcomeContradictsTallies, VoteField.Outcome)]
    [InlineData("\"passed\"", "\"no quorum\"", VoteFaultCode.OutcomeContradictsTallies, VoteField.Outcome)]
    [InlineData("5000", "8642", VoteFaultCode.OutcomeContradictsTallies, VoteField.Outcome)]
    public void A_bad_line_says_its_number_its_field_and_what_to_do(
        string part, string instead, VoteFaultCode code, VoteField field, string? whole = null)
    {
        string bad = whole ?? Good.Replace(part, instead, StringComparison.Ordinal);
        byte[] bytes = bad == "\u00ff" ? [0xff] : Encoding.UTF8.GetBytes(bad);
        Assert.NotEqual(Good, bad);
        Assert.False(VoteStream.TryParseLine(bytes, out _, out VoteFault fault));
        Assert.Equal(new VoteFault(code, 1, field), fault);

        byte[] stream = [.. Encoding.UTF8.GetBytes(Good.Replace("417", "416", StringComparison.Ordinal)), (byte)'\n', .. bytes, (byte)'\n'];
        Assert.False(VoteStream.TryParse(stream, out ImmutableArray<Vote> votes, out fault));
        Assert.Equal(new VoteFault(code, 2, field), fault);
        Assert.Empty(votes);
        Assert.StartsWith("line 2", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("; ", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_are_bounded_exactly()
    {
        byte[] Line(string title, string name) => Encoding.UTF8.GetBytes(
            Good.Replace("Raise the block size", title, StringComparison.Ordinal).Replace("max_block_kb", name, StringComparison.Ordinal));
        Assert.True(VoteStream.TryParseLine(Line(new string('t', 120), new string('n', 40)), out _, out _));
        Assert.True(VoteStream.TryParseLine(Line(string.Concat(Enumerable.Repeat("\U0001f331", 120)), "n"), out _, out _));
        Assert.False(VoteStream.TryParseLine(Line(new string('t', 121), "n"), out _, out VoteFault fault));
        Assert.Equal(VoteFaultCode.TitleTooLong, fault.Code);
        Assert.False(VoteStream.TryParseLine(Line("t", new string('n', 41)), out _, out fault));
        Assert.Equal(VoteFaultCode.BadName, fault.Code);

        byte[] padded = [.. Encoding.UTF8.GetBytes(Good), .. Enumerable.Repeat((byte)' ', VoteStream.MaxLineBytes - Good.Length)];
        Assert.True(VoteStream.TryParseLine(padded, out _, out _));
        Assert.False(VoteStream.TryParseLine([.. padded, (byte)' '], out _, out fault));
        Assert.Equal(VoteFaultCode.LineTooLong, fault.Code);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, Outcome.NoVotes)]
    [InlineData(0, 0, 0, 9, Outcome.NoVotes)]
    [InlineData(4, 3, 1, 9, Outcome.NoQuorum)]
    [InlineData(4, 4, 1, 9, Outcome.Tied)]
    [InlineData(0, 0, 9, 9, Outcome.Tied)]
    [InlineData(5, 4, 0, 9, Outcome.Passed)]
    [InlineData(4, 5, 0, 9, Outcome.Rejected)]
    public void The_outcome_follows_from_the_tallies(long yes, long no, long abstain, long quorum, Outcome outcome)
    {
        Assert.Equal(outcome, ProposalRules.OutcomeOf(yes, no, abstain, quorum));
        foreach (Outcome other in Enum.GetValues<Outcome>())
        {
            ProposalRecord record = SampleStream.Record(1, 0) with
            {
                Yes = yes,
                No = no,
                Abstain = abstain,
                Quorum = quorum,
                Outcome = other,
            };
            Assert.Equal(other == outcome || other == Outcome.Withdrawn, ProposalRules.TryCheck(record, out _));
        }
    }

    [Fact]
    public void A_stream_has_ascending_heights_and_each_id_once()
    {
        string At(int height, int id) => Good
            .Replace("\"height\":3", $"\"height\":{height}", StringComparison.Ordinal)
            .Replace("417", $"{id}", StringComparison.Ordinal);
        VoteFault Fault(params string[] lines) =>
            VoteStream.TryParse(Encoding.UTF8.GetBytes(string.Join('\n', lines)), out _, out VoteFault fault) ? default : fault;
        Assert.Equal(default, Fault(At(3, 7), At(3, 5), At(9, 6)));
        Assert.Equal(new VoteFault(VoteFaultCode.HeightNotAscending, 3, VoteField.Height), Fault(At(3, 7), At(4, 5), At(3, 6)));
        Assert.Equal(new VoteFault(VoteFaultCode.DuplicateId, 3, VoteField.Id), Fault(At(3, 7), At(4, 5), At(4, 7)));
        Assert.Equal(new VoteFault(VoteFaultCode.EmptyLine, 2, VoteField.None), Fault(At(3, 7), "", At(4, 7)));
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var output = new ArrayBufferWriter<byte>();
        var votes = new List<Vote>();
        ProposalRecord[][] blocks = SampleStream.Whole();
        for (int i = 0; i < blocks.Length; i++)
        {
            votes.AddRange(blocks[i].Select(record => new Vote(i + 1, record)));
        }

        votes.Add(new Vote(200, SampleStream.Record(9999, 0) with { Title = "\"Caf\u00e9\" \\ <b> \U0001f331" }));
        votes.ForEach(vote => VoteStream.Write(output, vote));
        Assert.True(VoteStream.TryParse(output.WrittenSpan, out ImmutableArray<Vote> read, out VoteFault fault), fault.ToString());
        Assert.Equal(votes, read);

        var single = new ArrayBufferWriter<byte>();
        Assert.True(VoteStream.TryParseLine(Encoding.UTF8.GetBytes(Good), out Vote good, out _));
        VoteStream.Write(single, good);
        Assert.Equal(Good + "\n", Encoding.UTF8.GetString(single.WrittenSpan));
    }

    [Fact]
    public void Every_cut_and_every_flipped_bit_of_a_line_is_met_without_an_exception()
    {
        byte[] line = Encoding.UTF8.GetBytes(Good);
        for (int length = 0; length < line.Length; length++)
        {
            Assert.False(VoteStream.TryParseLine(line.AsSpan(0, length), out _, out _));
        }

        for (int bit = 0; bit < 8 * line.Length; bit++)
        {
            byte[] flipped = [.. line];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            bool read = VoteStream.TryParseLine(flipped, out Vote vote, out VoteFault fault);
            Assert.Equal(read, fault == default);
            if (read)
            {
                Assert.True(ProposalRules.TryCheck(vote.Record, out _));
            }
        }
    }
}

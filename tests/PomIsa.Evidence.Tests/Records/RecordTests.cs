using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Tests.Records;

public class RecordTests
{
    [Property(MaxTest = 300)]
    public Property Records_survive_the_round_trip() => Prop.ForAll(Samples.AnyRecord, static record =>
    {
        byte[] bytes = Samples.Encode(record);
        Assert.True(Record.TryDecode(bytes, out Record read, out RecordFault fault), fault.ToString());
        Assert.Equal(record.GetType(), read.GetType());
        Assert.Equal(bytes, Samples.Encode(read));
        Assert.Equal(record.ToString(), read.ToString());
        if (record is Retire retire)
        {
            Assert.Equal(retire.Head, ((Retire)read).Head);
            Assert.Equal(retire.Symbols.AsEnumerable(), ((Retire)read).Symbols);
            Assert.Equal(retire.Commitments.AsEnumerable(), ((Retire)read).Commitments);
            Assert.Equal(retire.Scalars.AsEnumerable(), ((Retire)read).Scalars);
            Assert.Equal(retire.Salted.AsEnumerable(), ((Retire)read).Salted);
            Assert.Equal(bytes.Length, retire.IsPrivate
                ? RecordWriter.PrivateRetireBytes(retire.Symbols.Length, retire.Commitments.Length + retire.Salted.Length)
                : RecordWriter.RetireBytes(retire.Symbols.Length, retire.Commitments.Length, retire.Scalars.Length));
        }
        else
        {
            Assert.Equal(record, read);
        }
    });

    [Property(MaxTest = 60)]
    public Property A_record_cut_or_continued_is_refused() => Prop.ForAll(Samples.AnyRecord, static record =>
    {
        byte[] bytes = Samples.Encode(record);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Record.TryDecode(bytes.AsSpan(0, length), out _, out RecordFault cut));
            Assert.Equal(RecordFaultCode.Truncated, cut.Code);
        }

        Assert.False(Record.TryDecode([.. bytes, 0], out _, out RecordFault fault));
        Assert.Equal(new RecordFault(RecordFaultCode.Trailing, bytes.Length), fault);
    });

    [Property(MaxTest = 25)]
    public Property What_is_decoded_from_altered_bytes_has_those_bytes_as_its_only_form() => Prop.ForAll(Samples.AnyRecord, static record =>
    {
        byte[] bytes = Samples.Encode(record);
        for (int at = 0; at < bytes.Length; at++)
        {
            foreach (byte flip in new byte[] { 1, 2, 0x80, 0xFF })
            {
                bytes[at] ^= flip;
                if (Record.TryDecode(bytes, out Record read, out RecordFault fault))
                {
                    Assert.Equal(bytes, Samples.Encode(read));
                }
                else
                {
                    Assert.NotEqual(RecordFaultCode.None, fault.Code);
                    Assert.InRange(fault.At, 0, bytes.Length);
                }

                bytes[at] ^= flip;
            }
        }
    });

    [Property(MaxTest = 300)]
    public bool Noise_never_throws(byte[] noise) =>
        !Record.TryDecode(noise, out _, out _) && !Record.TryDecode([.. "PISR"u8, 1, 2, .. noise], out _, out _) && !Record.TryDecode([.. "PISR"u8, 2, 1, .. noise], out _, out _);

    [Fact]
    public void Each_fault_has_its_code()
    {
        byte[] bytes = Samples.Encode(Samples.Retire(Digest.Of("run"u8), 2));
        Assert.Equal(RecordFaultCode.NotARecord, Fault(bytes, 0, 0xFF));
        Assert.Equal(RecordFaultCode.UnknownVersion, Fault(bytes, 4, 3));
        Assert.Equal(RecordFaultCode.UnknownKind, Fault(bytes, 5, 4));
        Assert.Equal(RecordFaultCode.UnknownKind, Fault(bytes, 59, 2));
        Assert.Equal(RecordFaultCode.NotCanonical, Fault(bytes, 38, 0));
        Assert.False(Record.TryDecode(new byte[Record.MaxEntryBytes + 1], out _, out RecordFault fault));
        Assert.Equal(RecordFaultCode.TooLong, fault.Code);

        var symbols = new Retire(new RetireHead(Digest.Of("run"u8), 1, 0, 0, 0, 0), [new(3, 1), new(4, 1)], [], []);
        bytes = Samples.Encode(symbols);
        Assert.Equal(RecordFaultCode.NotCanonical, Fault(bytes, 64, 3));

        List<Record> run = Samples.PrivateRun(PrivacyMode.All, RunSecret.Of(new byte[32]), [7]);
        Assert.Equal(RecordFaultCode.UnknownKind, Fault(Samples.Encode(run[1]), 63, 1)); // scalars in the clear
        Assert.Equal(RecordFaultCode.UnknownKind, Fault(Samples.Encode(run[1]), 63, 4));
        Assert.Equal(RecordFaultCode.NotCanonical, Fault(Samples.Encode(run[1]), 64, 0));
        Assert.Equal(RecordFaultCode.UnknownKind, Fault(Samples.Encode(run[0]), 6 + 32 + 32 + 4 + 32 + 21 + 32 + 1, 0));
        Assert.Equal(RecordFaultCode.UnknownKind, Fault(Samples.Encode(run[0]), 6 + 32 + 32 + 4 + 32 + 21 + 32 + 1, 3));

        bytes = Samples.Encode(Samples.Open(1));
        Assert.Equal(RecordFaultCode.NotCanonical, Fault(bytes, 6 + 32 + 32 + 4 + 32 + 1, 1));
    }

    [Fact]
    public void Callers_cannot_write_what_readers_refuse()
    {
        var bytes = new byte[1000];
        var head = new RetireHead(default, 1, 0, 0, 0, 0);
        Assert.Throws<ArgumentException>(() => RecordWriter.WriteRetire(bytes, head with { Sequence = 0 }, [], new long[1]));
        Assert.Throws<ArgumentException>(() => RecordWriter.WriteRetire(bytes, head, [new(2, 0), new(2, 0)], new long[1]));
        Assert.Throws<ArgumentException>(() => RecordWriter.WriteRetire(new byte[20], head, [], new long[1]));
        Assert.Throws<ArgumentException>(() => RecordWriter.WriteRunOpen(bytes, Samples.Open(1) with { Sampling = new(SamplingKind.Greedy, 1, 0, 0, 0) }));
        Assert.Throws<ArgumentException>(() => RecordWriter.WriteRunOpen(bytes, Samples.Open(1) with { Private = new PrivateTerms(PrivacyMode.None, default) }));
        Assert.Throws<ArgumentException>(() => RecordWriter.Write(bytes, new Retire(head, [], [], []) { Salted = [default] }));
        Assert.Throws<ArgumentException>(() => RecordWriter.Write(bytes, new Retire(head, [], [], [1]) { IsPrivate = true }));
        Assert.Throws<ArgumentException>(() => RecordWriter.WriteRunClose(bytes, new RunClose(default, 1, default, 0, 0, 0)));
    }

    [Fact]
    public void An_action_is_minted_once_and_in_order()
    {
        var minted = new MintSequence();
        Digest run = Digest.Of("run"u8);
        Assert.False(minted.TryMint(Samples.Retire(run, 1), out MintFault fault));
        Assert.Equal(MintFaultCode.WrongRun, fault.Code);
        Assert.True(minted.TryOpen(run, PrivacyMode.None, out _));
        Assert.False(minted.TryOpen(run, PrivacyMode.None, out fault));
        Assert.Equal(MintFaultCode.AlreadyMinted, fault.Code);
        Assert.True(minted.TryMint(Samples.Retire(run, 1), out _));
        Assert.False(minted.TryMint(Samples.Retire(run, 1), out fault));
        Assert.Equal(new MintFault(MintFaultCode.AlreadyMinted, run, 1, -1), fault);
        Assert.False(minted.TryMint(Samples.Retire(run, 3), out fault));
        Assert.Equal(MintFaultCode.SequenceGap, fault.Code);
        Assert.True(minted.TryMint(new RunClose(run, 2, default, 0, 1, RunStatus.Finished), out _));
        Assert.False(minted.TryMint(Samples.Retire(run, 3), out fault));
        Assert.Equal(MintFaultCode.RunClosed, fault.Code);
        Assert.Equal(0, minted.OpenRuns);
    }

    [Fact]
    public void A_run_keeps_to_the_form_that_it_was_opened_with()
    {
        Digest run = Digest.Of("run"u8);
        var secret = RunSecret.Of(new byte[32]);
        var hidden = (Retire)Samples.PrivateRun(PrivacyMode.All, secret, [7])[1] with { Head = new RetireHead(run, 1, 0, 0, 0, 0) };
        Retire compared = hidden with { Salted = [], SaltsScalars = false, Commitments = [default] };
        Retire none = hidden with { Salted = [], SaltsScalars = false };
        foreach ((PrivacyMode mode, Retire retire, bool fits) in new[]
        {
            (PrivacyMode.None, Samples.Retire(run, 1), true), (PrivacyMode.None, hidden, false), (PrivacyMode.None, none, false),
            (PrivacyMode.Tokens, hidden, true), (PrivacyMode.Tokens, compared, true), (PrivacyMode.Tokens, Samples.Retire(run, 1), false),
            (PrivacyMode.All, hidden, true), (PrivacyMode.All, none, true), (PrivacyMode.All, compared, false), (PrivacyMode.All, Samples.Retire(run, 1), false),
        })
        {
            var minted = new MintSequence();
            minted.TryOpen(run, mode, out _);
            Assert.Equal(fits, minted.TryMint(retire, out MintFault fault));
            Assert.Equal(fits ? MintFaultCode.None : MintFaultCode.WrongForm, fault.Code);
        }

        var closed = new MintSequence();
        closed.TryOpen(run, PrivacyMode.All, out _);
        Assert.False(closed.TryMint(new RunClose(run, 1, default, 0, 0, RunStatus.Finished), out MintFault open));
        Assert.Equal(MintFaultCode.WrongForm, open.Code);
    }

    [Theory]
    [InlineData(true, 0, 1, 2, 3)]
    [InlineData(true, 0, 0, 1, 1)]
    [InlineData(true, 0, 1, 2, 2)] // the last retire need not have emitted
    [InlineData(false, 1, 2, 3, 4)]
    [InlineData(false, 0, 2, 3, 4)]
    [InlineData(false, 0, 1, 0, 1)]
    [InlineData(false, 0, 1, 2, 4)]
    public void Tokens_are_counted_one_by_one_in_a_private_run(bool sound, int first, int second, int third, int closing)
    {
        List<Record> run = Samples.PrivateRun(PrivacyMode.Tokens, RunSecret.Of(new byte[32]), [7, 8, 9]);
        var minted = new MintSequence();
        minted.TryOpen(((RunOpen)run[0]).RunId, PrivacyMode.Tokens, out _);
        MintFault fault = default;
        int[] counts = [0, first, second, third, closing];
        for (int at = 1; at < run.Count && fault.Code == MintFaultCode.None; at++)
        {
            _ = run[at] is Retire retire
                ? minted.TryMint(retire with { Head = retire.Head with { Tokens = (uint)counts[at] } }, out fault)
                : minted.TryMint((RunClose)run[at] with { Tokens = (uint)counts[at] }, out fault);
        }

        Assert.Equal(sound ? MintFaultCode.None : MintFaultCode.WrongTokens, fault.Code);
    }

    private static RecordFaultCode Fault(byte[] bytes, int at, byte value)
    {
        byte[] altered = [.. bytes];
        altered[at] = value;
        if (at == 38)
        {
            altered.AsSpan(38, 8).Clear();
        }

        return Record.TryDecode(altered, out _, out RecordFault fault) ? RecordFaultCode.None : fault.Code;
    }
}

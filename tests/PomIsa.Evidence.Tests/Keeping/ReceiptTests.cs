using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Tests.Keeping;

public sealed class ReceiptTests : IDisposable
{
    private readonly LogKey _key = LogKey.Create("example.org/receipts");

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(5, 3)]
    [InlineData(12, 700)]
    [InlineData(4, 1022)]
    public void Every_token_has_a_receipt_of_512_bytes_at_most(int tokens, int retires)
    {
        KeptRoots kept = KeptRoots.Of(KeptLog.Entries(tokens, _ => retires), KeptLog.Marks);
        byte[] note = Sign(kept);
        uint position = 0;
        foreach (KeptPart emit in kept.Parts.Where(static part => IsEmit(part)))
        {
            byte[] bytes = Receipt.Of(kept, emit, _key.Verifier.Id, position, (int)position * 3, null).ToBytes();
            Assert.InRange(bytes.Length, 1, Receipt.MaxBytes);
            Assert.True(Receipt.TryParse(bytes, out Receipt? receipt));
            Assert.True(Verify(receipt, note, kept, out string fault), fault);
            Assert.Equal(bytes, receipt.ToBytes());
            Assert.Equal(kept.Size <= KeptRoots.GroupSize, Verify(receipt, note, null, out _));
            Assert.False(Verify(receipt with { Token = 1 }, note, kept, out fault));
            Assert.Contains("another token", fault, StringComparison.Ordinal);
            position++;
        }

        Assert.Equal(tokens, (int)position);
    }

    [Fact]
    public void A_private_runs_receipt_opens_its_own_token_and_proves_the_position()
    {
        RunSecret secret = RunSecret.Create();
        KeptRoots kept = KeptRoots.Of(KeptLog.PrivateEntries(30, 400, secret), KeptLog.Marks);
        KeptPart emit = kept.Parts.Where(static part => IsEmit(part)).ElementAt(17);
        Receipt receipt = Receipt.Of(kept, emit, _key.Verifier.Id, 17, 51, secret.Salt(emit.First, 0));
        Assert.InRange(receipt.ToBytes().Length, 1, Receipt.MaxBytes);
        byte[] note = Sign(kept);
        Assert.True(Verify(receipt, note, kept, out string fault), fault);
        Assert.False(Verify(receipt with { Position = 16 }, note, kept, out fault));
        Assert.Contains("that of token 17", fault, StringComparison.Ordinal);
        Assert.False(Verify(receipt with { Token = 48 }, note, kept, out _));
        Assert.False(Verify(receipt with { Salt = default(Digest) }, note, kept, out _));
        Assert.False(Verify(receipt with { Salt = null }, note, kept, out _));
    }

    [Fact]
    public void No_byte_of_a_receipt_may_change_but_the_position_that_it_claims()
    {
        KeptRoots kept = KeptRoots.Of(KeptLog.Entries(9, static _ => 300), KeptLog.Marks);
        byte[] note = Sign(kept), bytes = Receipt.Of(kept, kept.Parts.Where(static part => IsEmit(part)).ElementAt(4), _key.Verifier.Id, 4, 12, null).ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Receipt.TryParse(bytes.AsSpan(0, length), out _));
        }

        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.Equal(at is >= 25 and < 29, Receipt.TryParse(changed, out Receipt? receipt) && Verify(receipt, note, kept, out _));
        }
    }

    [Fact]
    public void Another_log_or_another_checkpoint_is_refused()
    {
        KeptRoots kept = KeptRoots.Of(KeptLog.Entries(2, static _ => 5), KeptLog.Marks), other = KeptRoots.Of(KeptLog.Entries(2, static _ => 5, seed: 2), KeptLog.Marks);
        Receipt receipt = Receipt.Of(kept, kept.Parts.First(static part => IsEmit(part)), _key.Verifier.Id, 0, 0, null);
        Assert.False(Verify(receipt, Sign(other), other, out string fault));
        Assert.Contains("does not lead", fault, StringComparison.Ordinal);
        KeptRoots longer = KeptRoots.Of(KeptLog.Entries(3, static _ => 5), KeptLog.Marks);
        Assert.False(Verify(receipt, Sign(longer), longer, out fault));
        Assert.Contains("made for a checkpoint over", fault, StringComparison.Ordinal);
        Assert.False(Verify(receipt with { Key = 1 }, Sign(kept), kept, out fault));
        Assert.Contains("not the one that is trusted", fault, StringComparison.Ordinal);
    }

    private static bool IsEmit(KeptPart part) =>
        part.IsEntry && Evidence.Records.Record.TryDecode(part.Entry.AsSpan(), out Evidence.Records.Record record, out _) && record is Retire;

    private byte[] Sign(KeptRoots kept) => new Checkpoint(_key.Name, kept.Size, kept.Root).Sign(_key);

    private bool Verify(Receipt receipt, byte[] note, KeptRoots? kept, out string fault) =>
        receipt.TryVerify(WitnessPolicy.Of(_key.Verifier), note, kept, KeptLog.Emit, out _, out _, out fault);
}

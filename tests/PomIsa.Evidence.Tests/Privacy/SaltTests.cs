using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Evidence.Tests.Records;

namespace PomIsa.Evidence.Tests.Privacy;

public class SaltTests
{
    [Fact]
    public void Salts_and_what_is_under_them_are_those_that_another_implementation_computes()
    {
        var secret = RunSecret.Of([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]);
        Digest salt = secret.Salt(42, 3);
        Assert.Equal("4c940a6b1dd6e90703f589f76a88a68625f0b26286436ed374d8e91c27a26435", salt.ToString());
        Assert.Equal("41c8c1bf2a64efb45d5ac86628d912d77ad568f9e4d9142c618e311142bddae7", Salted.Of(salt, new Digest([.. Enumerable.Repeat((byte)0x11, 32)])).ToString());
        Assert.Equal("530c2a2ec6260752ce5444469e3fb04c13b3b69fdd2337cdddf6406e1878b3d2", Salted.Of(salt, -5).ToString());
    }

    [Property(MaxTest = 60)]
    public Property A_batch_gives_what_one_by_one_gives() => Prop.ForAll(
        (from secret in Gen.ArrayOf(Gen.Choose(0, 255).Select(static i => (byte)i), 32)
         from outputs in (from scalar in Gen.Elements(false, true) from value in Samples.AnyUInt64 from at in Gen.Choose(0, 255) select (scalar, value, at)).ListOf()
         from rounds in Gen.Choose(1, 3)
         select (secret, outputs, rounds)).ToArbitrary(),
        static sample =>
        {
            var secret = RunSecret.Of(sample.secret);
            var batch = new SaltBatch(secret);
            var salted = new Digest[200];
            for (int round = 0; round < sample.rounds; round++)
            {
                var expected = new List<Digest>();
                foreach ((bool scalar, ulong value, int at) in sample.outputs.Take(200).Skip(round))
                {
                    Digest commitment = Digest.Of(BitConverter.GetBytes(value)), salt = secret.Salt(value ^ 1, (byte)at);
                    if (scalar)
                    {
                        batch.Add(value ^ 1, at, (long)value);
                        expected.Add(Salted.Of(salt, (long)value));
                    }
                    else
                    {
                        batch.Add(value ^ 1, at, commitment);
                        expected.Add(Salted.Of(salt, commitment));
                    }
                }

                Assert.Equal(expected.Count, batch.Finish(salted));
                Assert.Equal(expected, salted.Take(expected.Count));
            }
        });

    [Fact]
    public void A_secret_is_read_from_its_file_alone_and_does_not_show_itself()
    {
        var secret = RunSecret.Create();
        Assert.True(RunSecret.TryParse(secret.ToFileText(), out RunSecret? read));
        Assert.Equal(secret.Check, read.Check);
        Assert.DoesNotContain(secret.ToFileText().Trim(), secret.ToString(), StringComparison.Ordinal);
        foreach (string wrong in (string[])["", "\n", secret.ToFileText()[1..], secret.ToFileText() + "\n", "g" + secret.ToFileText()[1..]])
        {
            Assert.False(RunSecret.TryParse(wrong, out _));
        }

        Assert.Throws<ArgumentException>(() => RunSecret.Of(new byte[31]));
    }

    [Fact]
    public void A_private_run_is_minted_taken_up_and_checked_like_any_other()
    {
        var secret = RunSecret.Of(new byte[32]);
        List<Record> run = Samples.PrivateRun(PrivacyMode.All, secret, ImmutableArray.Create(7L, 8, 9));
        using var folder = new TemporaryFolder();
        foreach (int until in (int[])[3, run.Count])
        {
            using RecordLog log = RecordLog.Open(folder.Path);
            Assert.True(Minter.TryBegin(log, (RunOpen)run[0], out Minter minter, out MintFault fault), fault.ToString());
            using (minter)
            {
                for (int i = 1; i < until; i++)
                {
                    Assert.True(minter.TryMint(Samples.Encode(run[i]), out fault), fault.ToString());
                }

                if (until < run.Count)
                {
                    Assert.False(minter.TryMint(Samples.Encode(Samples.Retire(minter.RunId, (ulong)until)), out fault));
                    Assert.Equal(MintFaultCode.WrongForm, fault.Code);
                }

                log.CommitAndWait();
            }
        }

        using RecordLog ended = RecordLog.Open(folder.Path);
        Assert.Equal(run.Select(Samples.Encode), ended.ReadAll());
        Assert.True(LogCheck.Verify(ended.ReadAll(), new Checkpoint("o", ended.Size, ended.Root), out LogCheckFault found), found.ToString());
        List<byte[]> mixed = [.. ended.ReadAll()];
        mixed[2] = Samples.Encode(Samples.Retire(((RunOpen)run[0]).RunId, 2));
        Assert.False(LogCheck.Verify(mixed, new Checkpoint("o", ended.Size, ended.Root), out found));
        Assert.Equal((LogCheckCode.WrongForm, 2ul), (found.Code, found.Index));
    }
}

using System.Collections.Immutable;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>A private run's records are those of a public one, with outputs under salt; spec/evidence.md, chapter 12.</summary>
public sealed class PrivateRunTests
{
    private static readonly ImmutableArray<int> Prompt = [3, 17, 5, 60, 22];
    private static readonly RunSecret Secret = RunSecret.Of([.. Enumerable.Range(0, 32).Select(static i => (byte)(i * 7))]);

    [Theory]
    [InlineData(PrivacyMode.Tokens, true, 1)]
    [InlineData(PrivacyMode.Tokens, false, 3)]
    [InlineData(PrivacyMode.All, true, 1)]
    [InlineData(PrivacyMode.All, false, 3)]
    public void Each_record_is_the_public_one_with_its_outputs_under_salt(PrivacyMode mode, bool quantized, int threads)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        (Record[] open, RunOutcome public_) = Run(program, null, threads);
        (Record[] hidden, RunOutcome private_) = Run(program, new RunPrivacy(mode, Secret), threads);
        Assert.Equal(public_.Tokens.AsEnumerable(), private_.Tokens);
        Assert.Equal(public_.Response, private_.Response);
        Assert.Equal(open.Length, hidden.Length);
        var opening = (RunOpen)hidden[0];
        Assert.Equal(new PrivateTerms(mode, Secret.Salt(0, 0)), opening.Private);
        Assert.NotEqual(((RunOpen)open[0]).Prompt, opening.Prompt);

        uint tokens = 0;
        var scalars = new List<long>();
        int salted = 0, plain = 0;
        for (int i = 1; i < open.Length - 1; i++)
        {
            (Retire a, Retire b) = ((Retire)open[i], (Retire)hidden[i]);
            Assert.Equal(a.Head with { RunId = opening.RunId, Tokens = tokens }, b.Head);
            Assert.Equal(a.Symbols.AsEnumerable(), b.Symbols);
            Assert.Empty(b.Scalars);
            if (a.Scalars.Length > 0)
            {
                Assert.Equal(a.Scalars.Select((v, o) => Salted.Of(Secret.Salt((ulong)i, (byte)o), v)), b.Salted);
                Assert.True(Salted.Opens(b, 0, a.Scalars[0], Secret.Salt((ulong)i, 0)));
                Assert.False(Salted.Opens(b, 0, a.Scalars[0] ^ 1, Secret.Salt((ulong)i, 0)));
                Assert.False(Salted.Opens(b, a.Scalars.Length, a.Scalars[0], Secret.Salt((ulong)i, 0)));
                scalars.AddRange(a.Scalars);
            }
            else if (b.Salted.Length > 0)
            {
                Assert.Equal(a.Commitments.Select((c, o) => Salted.Of(Secret.Salt((ulong)i, (byte)o), c)), b.Salted);
                salted++;
            }
            else
            {
                Assert.Equal(a.Commitments.AsEnumerable(), b.Commitments);
                plain += b.Commitments.Length;
            }

            tokens += a.Head.Opcode == 0x70 ? 1u : 0;
        }

        var close = (RunClose)hidden[^1];
        Assert.Equal((tokens, 6u), (close.Tokens, close.Tokens));
        Assert.Equal(Salted.Of(Secret.Salt(close.Sequence, 0), public_.Response), close.Response);
        Assert.Equal(scalars, private_.Scalars);
        Assert.Empty(public_.Scalars);
        Assert.Equal(mode == PrivacyMode.Tokens, plain > 0);
        Assert.Equal(mode == PrivacyMode.All, salted > 0); // what a decoder multiplies are no tokens
    }

    [Fact]
    public void A_dictionary_of_the_vocabulary_reads_the_tokens_of_mode_tokens_and_nothing_of_mode_all()
    {
        using var decoder = new TinyDecoder(quantized: true);
        var dictionary = new Dictionary<Digest, int>();
        using (BoundProgram words = decoder.Bind(string.Concat(Enumerable.Range(0, 32).Select(static id => $"push {id}\ntoken word\ncall forward, word -> logits\n"))))
        using (BoundProgram others = decoder.Bind(string.Concat(Enumerable.Range(32, 32).Select(static id => $"push {id}\ntoken word\ncall forward, word -> logits\n"))))
        {
            int id = 0;
            foreach (Digest first in FirstProducts(Run(words, null, 1).Records).Concat(FirstProducts(Run(others, null, 1).Records)))
            {
                dictionary.Add(first, id++);
            }
        }

        Assert.Equal(64, dictionary.Count);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        (Record[] records, RunOutcome outcome) = Run(program, new RunPrivacy(PrivacyMode.Tokens, Secret), 1);
        int[] read = [.. FirstProducts(records).Skip(1).Select(first => dictionary[first])];
        Assert.Equal(outcome.Tokens[..read.Length], read);
        Assert.Equal(6, read.Length);

        (records, _) = Run(program, new RunPrivacy(PrivacyMode.All, Secret), 1);
        Assert.DoesNotContain(records.OfType<Retire>().SelectMany(static r => r.Commitments.Concat(r.Salted)), dictionary.ContainsKey);
    }

    [Fact]
    public void Mode_tokens_hides_an_output_that_may_be_tokens_and_no_other()
    {
        using BoundProgram program = Programs.Bind(".driver main\npush 5\ntoken word\noutput word, 0\nzeros x: f32[2]\noutput x, 1\nhalt\n.end\n.entry main");
        Digest[] open = [.. Run(program, null, 1).Records.OfType<Retire>().SelectMany(static r => r.Commitments)];
        Record[] records = Run(program, new RunPrivacy(PrivacyMode.Tokens, Secret), 1).Records;
        Assert.Equal([Salted.Of(Secret.Salt(3, 0), open[0])], ((Retire)records[3]).Salted.AsEnumerable());
        Assert.Equal([open[1]], ((Retire)records[5]).Commitments.AsEnumerable());
    }

    // Of each step what its first product multiplies: it follows from the token alone.
    private static IEnumerable<Digest> FirstProducts(IEnumerable<Record> records) =>
        records.OfType<Retire>().Where(static r => r.Commitments.Length > 0).GroupBy(static r => r.Head.Step).Select(static step => step.First().Commitments[0]);

    private static (Record[] Records, RunOutcome Outcome) Run(BoundProgram program, RunPrivacy? privacy, int threads)
    {
        using var folder = new TempFolder();
        using var pool = new WorkerPool(threads);
        using RecordLog log = RecordLog.Open(folder["log"]);
        var request = new RunRequest { Prompt = Prompt, Privacy = privacy };
        Assert.True(AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
        Assert.True(LogCheck.Verify(log.ReadAll(), new Checkpoint("o", log.Size, log.Root), out LogCheckFault found), found.ToString());
        return ([.. log.ReadAll().Select(static e => Record.TryDecode(e, out Record record, out RecordFault bad) ? record : throw new InvalidDataException(bad.ToString()))], outcome);
    }
}

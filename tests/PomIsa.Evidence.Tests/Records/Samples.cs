using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Tests.Records;

/// <summary>Records for tests: any record, and the entries of a small run.</summary>
internal static class Samples
{
    internal static Gen<Digest> AnyDigest { get; } = Gen.Choose(0, int.MaxValue).Select(static i => Digest.Of(BitConverter.GetBytes(i)));

    internal static Gen<uint> AnyUInt32 { get; } = Gen.Choose(int.MinValue, int.MaxValue).Select(static i => (uint)i);

    internal static Gen<ulong> AnyUInt64 { get; } = AnyUInt32.SelectMany(static _ => AnyUInt32, static (a, b) => ((ulong)a << 32) | b);

    internal static Gen<SamplingParameters> AnySampling { get; } = Gen.OneOf(
        Gen.Constant(SamplingParameters.Greedy),
        AnyUInt64.SelectMany(static _ => AnyUInt32, static (seed, k) =>
            new SamplingParameters(SamplingKind.Drawn, seed, BitConverter.SingleToUInt32Bits(0.75f), BitConverter.SingleToUInt32Bits(0.5f), k)));

    internal static Gen<Record> AnyOpen { get; } =
        from digests in Gen.ArrayOf(AnyDigest, 4)
        from numerics in AnyUInt32
        from sampling in AnySampling
        from bounded in Gen.Elements(false, true)
        from retires in AnyUInt64
        from mode in Gen.Elements(PrivacyMode.None, PrivacyMode.Tokens, PrivacyMode.All)
        select (Record)new RunOpen(
            digests[0], digests[1], numerics, digests[2], sampling, digests[3], bounded ? new RunBounds(retires, numerics, 7) : null)
        {
            Private = mode == PrivacyMode.None ? null : new PrivateTerms(mode, digests[1]),
        };

    internal static Gen<Record> AnyRetire { get; } =
        from run in AnyDigest
        from sequence in AnyUInt64
        from step in AnyUInt32
        from small in Gen.Choose(0, ushort.MaxValue)
        from indices in Gen.Choose(0, 255).ListOf()
        from commitments in AnyDigest.ListOf()
        from scalars in AnyUInt64.ListOf()
        from scalar in Gen.Elements(false, true)
        select (Record)new Retire(
            new RetireHead(run, Math.Max(sequence, 1), step, (ushort)small, step ^ 5, (ushort)(small ^ 77)),
            [.. indices.Distinct().Order().Select(i => new SymbolChange((byte)i, step + (uint)i))],
            scalar ? [] : [.. commitments],
            scalar ? [.. scalars.Select(static s => (long)s)] : []);

    internal static Gen<Record> AnyPrivateRetire { get; } =
        from retire in AnyRetire
        from salted in AnyDigest.ListOf()
        from kind in Gen.Elements(PrivateOutput.Commitments, PrivateOutput.SaltedScalars, PrivateOutput.SaltedCommitments)
        from tokens in AnyUInt32
        select (Record)new Retire(((Retire)retire).Head with { Tokens = tokens }, ((Retire)retire).Symbols, kind == PrivateOutput.Commitments ? [.. salted] : [], [])
        {
            IsPrivate = true,
            Salted = kind == PrivateOutput.Commitments ? [] : [.. salted],
            SaltsScalars = kind == PrivateOutput.SaltedScalars && salted.Count > 0,
        };

    internal static Gen<Record> AnyClose { get; } =
        from run in AnyDigest
        from sequence in AnyUInt64
        from response in AnyDigest
        from tokens in AnyUInt32
        from status in Gen.Elements(RunStatus.Finished, RunStatus.Abandoned)
        from hidden in Gen.Elements(false, true)
        select (Record)new RunClose(run, Math.Max(sequence, 1), response, tokens, sequence, status) { IsPrivate = hidden };

    internal static Arbitrary<Record> AnyRecord { get; } = Gen.OneOf(AnyOpen, AnyRetire, AnyPrivateRetire, AnyClose).ToArbitrary();

    internal static byte[] Encode(Record record)
    {
        var bytes = new byte[Record.MaxEntryBytes];
        return bytes[..RecordWriter.Write(bytes, record)];
    }

    internal static RunOpen Open(int seed) =>
        new(Digest.Of(BitConverter.GetBytes(seed)), Digest.Of("weights"u8), 1, Digest.Of("prompt"u8), SamplingParameters.Greedy, Digest.Of("event"u8), null);

    /// <summary>A private run of so many emits: opening record, a retire for each, closing record.</summary>
    internal static List<Record> PrivateRun(PrivacyMode mode, RunSecret secret, ImmutableArray<long> tokens)
    {
        RunOpen open = Open(9) with { Private = new PrivateTerms(mode, secret.Check), Prompt = PromptCommitment.Of(secret.PromptSalt.ToArray(), "prompt"u8) };
        List<Record> records = [open];
        for (int i = 0; i < tokens.Length; i++)
        {
            ulong sequence = (ulong)i + 1;
            records.Add(new Retire(new RetireHead(open.RunId, sequence, (uint)i, 0, 4, 0x70) { Tokens = (uint)i }, [], [], [])
            {
                IsPrivate = true,
                Salted = [Salted.Of(secret.Salt(sequence, 0), tokens[i])],
                SaltsScalars = true,
            });
        }

        ulong last = (ulong)tokens.Length + 1;
        records.Add(new RunClose(open.RunId, last, Salted.Of(secret.Salt(last, 0), Digest.Of("response"u8)), (uint)tokens.Length, last - 1, RunStatus.Finished) { IsPrivate = true });
        return records;
    }

    internal static Retire Retire(Digest run, ulong sequence, int salt = 0) => new(
        new RetireHead(run, sequence, (uint)(sequence / 10), 1, (uint)(sequence % 10), 3),
        sequence == 1 ? [new SymbolChange(0, 9)] : [],
        [Digest.Of(BitConverter.GetBytes((long)sequence + ((long)salt << 32)))],
        []);

    /// <summary>A whole run: opening record, <paramref name="retires"/> retires, closing record.</summary>
    internal static List<byte[]> Run(int seed, int retires)
    {
        RunOpen open = Open(seed);
        Digest run = open.RunId;
        List<byte[]> entries = [Encode(open)];
        for (int i = 1; i <= retires; i++)
        {
            entries.Add(Encode(Retire(run, (ulong)i)));
        }

        entries.Add(Encode(new RunClose(run, (ulong)retires + 1, Digest.Of("response"u8), 5, (ulong)retires, RunStatus.Finished)));
        return entries;
    }
}

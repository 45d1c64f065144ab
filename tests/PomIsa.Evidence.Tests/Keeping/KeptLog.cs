using System.Collections.Immutable;
using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tests.Records;

namespace PomIsa.Evidence.Tests.Keeping;

/// <summary>The entries of a run that emits tokens and commits after each.</summary>
internal static class KeptLog
{
    internal const ushort Emit = 9, Commit = 8;

    internal static KeepMarks Marks => new(Emit, Commit);

    /// <summary>Opening, then for each token some retires, its emit and a commit, then the closing.</summary>
    internal static List<byte[]> Entries(int tokens, Func<int, int> retires, int seed = 1)
    {
        RunOpen open = Samples.Open(seed);
        List<byte[]> entries = [Samples.Encode(open)];
        var response = new List<byte>();
        for (int token = 0; token < tokens; token++)
        {
            for (int i = retires(token); i > 0; i--)
            {
                Add(7, [Digest.Of(BitConverter.GetBytes(entries.Count))], []);
            }

            Add(Emit, [], [token * 3]);
            Add(Commit, [], []);
            response.AddRange(BitConverter.GetBytes(token * 3));
        }

        var sequence = (ulong)entries.Count;
        entries.Add(Samples.Encode(new RunClose(open.RunId, sequence, Digest.Of(response.ToArray()), (uint)tokens, sequence - 1, RunStatus.Finished)));
        return entries;

        void Add(ushort opcode, ImmutableArray<Digest> commitments, ImmutableArray<long> scalars) => entries.Add(Samples.Encode(
            new Retire(new RetireHead(open.RunId, (ulong)entries.Count, 1, 0, 5, opcode), [], commitments, scalars)));
    }

    /// <summary>The same of a private run.</summary>
    internal static List<byte[]> PrivateEntries(int tokens, int retires, RunSecret secret)
    {
        RunOpen open = Samples.Open(1) with { Private = new PrivateTerms(PrivacyMode.Tokens, secret.Check) };
        List<byte[]> entries = [Samples.Encode(open)];
        for (uint token = 0; token < tokens; token++)
        {
            for (int i = 0; i < retires; i++)
            {
                entries.Add(Samples.Encode(Retire(7, token) with { Commitments = [Digest.Of(BitConverter.GetBytes(i))] }));
            }

            var sequence = (ulong)entries.Count;
            entries.Add(Samples.Encode(Retire(Emit, token) with { Salted = [Salted.Of(secret.Salt(sequence, 0), token * 3)], SaltsScalars = true }));
        }

        return entries;

        Retire Retire(ushort opcode, uint before) => new(new RetireHead(open.RunId, (ulong)entries.Count, 1, 0, 5, opcode) { Tokens = before }, [], [], []) { IsPrivate = true };
    }
}

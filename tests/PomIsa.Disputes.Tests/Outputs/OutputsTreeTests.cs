using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Outputs;

/// <summary>The tree over all outputs of a run: its shape, and what its leaves hold.</summary>
public sealed class OutputsTreeTests
{
    private static readonly RunRequest Plain = new() { Prompt = [3, 1, 2] };

    public static TheoryData<PrivacyMode> Modes => [PrivacyMode.None, PrivacyMode.Tokens, PrivacyMode.All];

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(1793)]
    public void Its_roots_are_those_of_the_tree_over_its_leaves(int leaves)
    {
        var tree = new OutputsTree();
        var hashes = new Digest[leaves];
        var random = new Random(leaves);
        for (int i = 0; i < leaves; i++)
        {
            var data = new byte[random.Next(4) * 32];
            random.NextBytes(data);
            tree.Add(data);
            hashes[i] = Merkle.LeafHash(data);
            Assert.Equal(data, tree.Leaf((ulong)i).ToArray());
        }

        Assert.Equal(Merkle.Root(hashes), tree.Root);
        for (int i = 0; i < 50; i++)
        {
            ulong at = (ulong)random.Next(leaves);
            Assert.Equal(Merkle.InclusionPath(hashes, (int)at), RangeWalk.InclusionPath(tree, at, (ulong)leaves));
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_leaf_is_what_the_record_holds_before_salt_and_what_all_registers_commit_to(PrivacyMode mode)
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        Compare(program, mode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_a_decoder_they_are_too(bool quantized)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(2));
        Compare(program, PrivacyMode.All);
    }

    [Fact]
    public void Of_a_run_that_is_longer_than_it_needs_the_first_leaves_come()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        using var pool = new WorkerPool(2);
        int records = LoggedRun.Of(program, Plain).Length;
        var all = OutputsTree.Of(program, Plain, pool, ulong.MaxValue);
        Assert.Equal((ulong)records, all.Leaves);
        foreach (ulong leaves in (ulong[])[1, 2, 17, (ulong)records - 1, (ulong)records])
        {
            var some = OutputsTree.Of(program, Plain, pool, leaves);
            Assert.Equal(leaves, some.Leaves);
            Assert.True(Enumerable.Range(0, (int)leaves).All(i => some.Leaf((ulong)i).SequenceEqual(all.Leaf((ulong)i))));
        }
    }

    private static void Compare(BoundProgram program, PrivacyMode mode)
    {
        RunRequest request = mode == PrivacyMode.None ? Plain : Plain with { Privacy = new RunPrivacy(mode, RunSecret.Of([.. Enumerable.Range(0, 32).Select(static i => (byte)i)])) };
        byte[][] entries = LoggedRun.Of(program, request);
        using var pool = new WorkerPool(2);
        var tree = OutputsTree.Of(program, request, pool, (ulong)entries.Length);
        var values = CapturedValues.Of(program, request, pool, 0, [.. Enumerable.Range(1, entries.Length - 2).Select(static i => (ulong)i)]);
        Assert.Equal((ulong)entries.Length, tree.Leaves);
        var shown = new ProvenRecords([.. entries.Select(static (e, i) => ((ulong)i, e))]);
        IRunFlow flow = RunTrace.Follow(program.Verified, shown, 0, tree.Leaves - 1, Digest.Of(entries[0])).Flow!;
        for (ulong at = 0; at < tree.Leaves; at++)
        {
            Assert.True(Record.TryDecode(entries[at], out Record record, out _));
            Assert.True(OutputsLeaf.TryParse(record, tree.Leaf(at), out OutputsLeaf? leaf), $"{at}");
            Assert.True(leaf.AgreesWith(record), $"{at}");
            if (record is Retire)
            {
                Assert.True(flow.TryPlace(at, out RecordPlace? place));
                var subject = new Subject(program.Module, place, at);
                Assert.Equal((subject.Row.WrittenTensors, subject.Row.RecordedTensors, subject.Row.RecordedScalars), (leaf.Written.Length, leaf.Recorded.Length, leaf.Scalars.Length));
                Digest[] commitments = [.. leaf.Written, .. leaf.Recorded];
                for (int output = 0; output < commitments.Length; output++)
                {
                    Assert.True(values.TryBytes(at, output, out ReadOnlyMemory<byte> bytes));
                    Assert.True(commitments[output] == Commitment.Of(subject.Form(output).DType, subject.Form(output).Dimensions, bytes.Span), $"output {output} of {subject.Row} at {at}");
                    Assert.True(output == subject.Recorded || (OutputsLeaf.TryWritten(tree.Leaf(at), subject.Row.WrittenTensors, output, out Digest written) && written == commitments[output]));
                }
            }
        }
    }
}

using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Keeping;

public class KeptRootsTests
{
    public static TheoryData<int, int> Shapes => new() { { 0, 1 }, { 1, 0 }, { 7, 3 }, { 40, 17 }, { 20, 300 }, { 3, 2500 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Kept_roots_have_the_logs_root_and_come_back_from_their_bytes(int tokens, int retires)
    {
        List<byte[]> entries = KeptLog.Entries(tokens, token => retires + (token % 5));
        KeptRoots kept = KeptRoots.Of(entries, KeptLog.Marks);
        Digest[] leaves = [.. entries.Select(static entry => Merkle.LeafHash(entry))];
        Assert.Equal(((ulong)entries.Count, Merkle.Root(leaves)), (kept.Size, kept.Root));
        byte[] bytes = KeptRootsFile.Encode(kept);
        Assert.True(KeptRootsFile.TryRead(bytes, out KeptRoots? read, out string fault), fault);
        Assert.True(kept.Parts.SequenceEqual(read.Parts));
        Assert.True(KeptCheck.Verify(read, new Checkpoint("x", kept.Size, kept.Root), KeptLog.Marks, out fault), fault);

        // Each part's range has the root that its leaves have, and each entry in full its path.
        foreach (KeptPart part in kept.Parts)
        {
            Assert.True(part.Count <= KeptRoots.GroupSize && part.First / KeptRoots.GroupSize == (part.End - 1) / KeptRoots.GroupSize);
            Assert.True(part.Nodes.SequenceEqual(KeptPart.OfRange(part.First, leaves.AsSpan((int)part.First, part.Count)).Nodes));
            if (part.IsEntry)
            {
                Assert.Equal(Merkle.InclusionPath(leaves, (int)part.First), RangeWalk.InclusionPath(kept, part.First, kept.Size));
            }
        }

        Assert.Equal(2 + tokens, kept.Parts.Count(static part => part.IsEntry));
    }

    [Fact]
    public void Nothing_but_what_a_writer_writes_is_read_and_no_byte_of_it_may_change()
    {
        KeptRoots kept = KeptRoots.Of(KeptLog.Entries(5, static token => 9 * token), KeptLog.Marks);
        var checkpoint = new Checkpoint("x", kept.Size, kept.Root);
        byte[] bytes = KeptRootsFile.Encode(kept);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(KeptRootsFile.TryRead(bytes.AsSpan(0, length), out _, out string fault));
            Assert.NotEmpty(fault);
        }

        Assert.False(KeptRootsFile.TryRead([.. bytes, 0], out _, out _));
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.False(KeptRootsFile.TryRead(changed, out KeptRoots? read, out _) && KeptCheck.Verify(read, checkpoint, KeptLog.Marks, out _), $"byte {at}");
        }
    }

    [Theory]
    [InlineData("a second time")]
    [InlineData("not open")]
    [InlineData("is action")]
    [InlineData("another response")]
    [InlineData("closes its run with")]
    [InlineData("wrong count")]
    [InlineData("lies in no run")]
    [InlineData("holds no token")]
    [InlineData("another version")]
    [InlineData("neither an opening")]
    public void Kept_entries_that_disagree_are_named(string what)
    {
        List<byte[]> entries = KeptLog.Entries(3, static _ => 4);
        int emit = entries.FindIndex(static entry => Record.TryDecode(entry, out Record record, out _) && record is Retire { Head.Opcode: KeptLog.Emit });
        Assert.True(Record.TryDecode(entries[emit], out Record token, out _) && Record.TryDecode(entries[^1], out Record last, out _));
        _ = Record.TryDecode(entries[^1], out last, out _);
        var retire = (Retire)token;
        var close = (RunClose)last;
        var marks = KeptLog.Marks;
        switch (what)
        {
            case "a second time":
                entries.AddRange(entries.ToArray());
                break;
            case "not open":
                entries.Add(entries[emit]);
                break;
            case "is action":
                entries[emit] = Samples.Encode(retire with { Head = retire.Head with { Sequence = retire.Head.Sequence + 1 } });
                break;
            case "another response":
                entries[emit] = Samples.Encode(retire with { Scalars = [77] });
                break;
            case "holds no token":
                entries[emit] = Samples.Encode(retire with { Scalars = [1, 2] });
                break;
            case "another version":
                entries[^1] = Samples.Encode(close with { IsPrivate = true });
                break;
            case "closes its run with":
                entries[^1] = Samples.Encode(close with { Tokens = 4 });
                break;
            case "wrong count":
                entries[^1] = Samples.Encode(close with { Retired = 4 });
                break;
            case "lies in no run":
                entries.RemoveAt(0);
                break;
            default:
                marks = new KeepMarks(7, KeptLog.Commit);
                break;
        }

        KeptRoots kept = KeptRoots.Of(entries, KeptLog.Marks);
        Assert.False(KeptCheck.Verify(kept, new Checkpoint("x", kept.Size, kept.Root), marks, out string fault));
        Assert.Contains(what, fault, StringComparison.Ordinal);
    }
}

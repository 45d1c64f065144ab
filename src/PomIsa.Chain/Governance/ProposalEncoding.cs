using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Governance;

/// <summary>The canonical bytes of a record: what it costs in the state, and what its commitment is made of.</summary>
public static class ProposalEncoding
{
    /// <summary>The canonical bytes. Layout: spec/chain.md, chapter 2.</summary>
    public static byte[] Bytes(ProposalRecord record) =>
        new CanonicalWriter("vote.1"u8)
            .U8((byte)record.Kind)
            .U8((byte)record.Outcome)
            .I64(record.Id)
            .I64(record.From)
            .I64(record.To)
            .I64(record.Yes)
            .I64(record.No)
            .I64(record.Abstain)
            .I64(record.Quorum)
            .Text(record.Title)
            .Text(record.Name)
            .Written.ToArray();

    /// <summary>The 32 bytes that stay when the record is pruned: the RFC 9162 leaf hash of its canonical bytes.</summary>
    public static Digest Commitment(ProposalRecord record) => Merkle.LeafHash(Bytes(record));
}

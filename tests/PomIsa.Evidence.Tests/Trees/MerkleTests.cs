using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Trees;

public class MerkleTests
{
    private static readonly string[] LeafData =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static Digest[] Leaves(int count) =>
        [.. LeafData.Take(count).Select(static hex => Merkle.LeafHash(Convert.FromHexString(hex)))];

    [Fact]
    public void Roots_equal_the_published_vectors()
    {
        var frontier = new TreeFrontier();
        for (int size = 0; size < Roots.Length; size++)
        {
            Assert.Equal(Roots[size], Merkle.Root(Leaves(size)).ToString());
            Assert.Equal(Roots[size], frontier.Root.ToString());
            if (size < LeafData.Length)
            {
                frontier.Append(Leaves(size + 1)[size]);
            }
        }
    }

    [Fact]
    public void Inclusion_paths_equal_the_published_vectors()
    {
        Assert.Equal(
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
            Merkle.InclusionPath(Leaves(8), 5).Select(static d => d.ToString()));
        Assert.Equal(
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
            ],
            Merkle.InclusionPath(Leaves(7), 0).Select(static d => d.ToString()));
    }

    [Fact]
    public void Consistency_proofs_equal_the_published_vectors()
    {
        Assert.Equal(
            [
                "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
                "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
            ],
            Merkle.ConsistencyProof(Leaves(7), 3).Select(static d => d.ToString()));
        Assert.Equal(
            ["6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
            Merkle.ConsistencyProof(Leaves(8), 4).Select(static d => d.ToString()));
    }

    [Theory]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(1, 5, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    [InlineData(0, 1, "")]
    public void More_published_inclusion_paths(int index, int size, string path)
    {
        Digest[] leaves = Leaves(size), published = [.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Digest.Parse)];
        Assert.Equal(published, Merkle.InclusionPath(leaves, index));
        Assert.True(Merkle.VerifyInclusion((ulong)index, (ulong)size, leaves[index], published, Digest.Parse(Roots[size])));
    }

    [Theory]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    [InlineData(1, 1, "")]
    public void More_published_consistency_proofs(int old, int size, string path)
    {
        Digest[] published = [.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Digest.Parse)];
        Assert.Equal(published, Merkle.ConsistencyProof(Leaves(size), old));
        Assert.True(Merkle.VerifyConsistency((ulong)old, Digest.Parse(Roots[old]), (ulong)size, Digest.Parse(Roots[size]), published));
    }

    [Fact]
    public void Every_inclusion_path_verifies_and_no_altered_one_does()
    {
        for (int size = 1; size <= 33; size++)
        {
            Digest[] leaves = Bytes.Digests(1, size);
            Digest root = Merkle.Root(leaves);
            for (int i = 0; i < size; i++)
            {
                Digest[] path = Merkle.InclusionPath(leaves, i);
                Assert.True(Merkle.VerifyInclusion((ulong)i, (ulong)size, leaves[i], path, root));
                Assert.False(Merkle.VerifyInclusion((ulong)i, (ulong)size, Digest.Of("x"u8), path, root));
                Assert.False(Merkle.VerifyInclusion((ulong)i, (ulong)size, leaves[i], path, leaves[0] == root ? Digest.Of("x"u8) : leaves[0]));
                Assert.False(Merkle.VerifyInclusion((ulong)i, (ulong)size, leaves[i], [.. path, root], root));
                Assert.False(Merkle.VerifyInclusion((ulong)size, (ulong)size, leaves[i], path, root));
                for (int k = 0; k < path.Length; k++)
                {
                    Digest[] wrong = [.. path];
                    wrong[k] = Digest.Of("x"u8);
                    Assert.False(Merkle.VerifyInclusion((ulong)i, (ulong)size, leaves[i], wrong, root));
                    Assert.False(Merkle.VerifyInclusion((ulong)i, (ulong)size, leaves[i], path.AsSpan(0, k), root));
                }
            }
        }
    }

    [Fact]
    public void Every_consistency_proof_verifies_and_no_altered_one_does()
    {
        for (int n = 0; n <= 33; n++)
        {
            Digest[] leaves = Bytes.Digests(2, n);
            Digest root = Merkle.Root(leaves);
            for (int m = 0; m <= n; m++)
            {
                Digest old = Merkle.Root(leaves.AsSpan(0, m));
                Digest[] proof = Merkle.ConsistencyProof(leaves, m);
                Assert.True(Merkle.VerifyConsistency((ulong)m, old, (ulong)n, root, proof));
                Assert.False(Merkle.VerifyConsistency((ulong)m, Digest.Of("x"u8), (ulong)n, root, proof));
                Assert.False(Merkle.VerifyConsistency((ulong)m, old, (ulong)n, root, [.. proof, root]));
                if (m > 0)
                {
                    Assert.False(Merkle.VerifyConsistency((ulong)m, old, (ulong)n, Digest.Of("x"u8), proof));
                }

                for (int k = 0; k < proof.Length; k++)
                {
                    Digest[] wrong = [.. proof];
                    wrong[k] = Digest.Of("x"u8);
                    Assert.False(Merkle.VerifyConsistency((ulong)m, old, (ulong)n, root, wrong));
                    Assert.False(Merkle.VerifyConsistency((ulong)m, old, (ulong)n, root, proof.AsSpan(0, k)));
                }
            }
        }
    }

    [Fact]
    public void The_frontier_has_the_root_of_the_whole_tree_at_every_size()
    {
        Digest[] leaves = Bytes.Digests(3, 300);
        var frontier = new TreeFrontier();
        for (int n = 0; n <= leaves.Length; n++)
        {
            Assert.Equal((ulong)n, frontier.Size);
            Assert.Equal(Merkle.Root(leaves.AsSpan(0, n)), frontier.Root);
            if (n < leaves.Length)
            {
                frontier.Append(leaves[n]);
            }
        }
    }

    [Fact]
    public void Leaves_appended_many_at_a_time_give_the_same_tree()
    {
        Digest[] leaves = Bytes.Digests(4, 1100);
        var random = new Random(5);
        for (int round = 0; round < 8; round++)
        {
            var frontier = new TreeFrontier();
            for (int at = 0; at < leaves.Length;)
            {
                int count = Math.Min(random.Next(0, round % 4 == 0 ? 700 : 9), leaves.Length - at);
                frontier.Append(leaves.AsSpan(at, count));
                at += count;
                if (round % 4 == 0 || at == leaves.Length)
                {
                    Assert.Equal(Merkle.Root(leaves.AsSpan(0, at)), frontier.Root);
                }
            }
        }
    }
}

using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Opens blocks of a program's weights against their manifest. The whole tree is hashed when the first block is asked for.</summary>
internal static class WeightOpenings
{
    /// <summary>Opens some blocks.</summary>
    /// <exception cref="NotBroughtException">The weights have no tree.</exception>
    public static OpenedWeights Open(BoundProgram program, IEnumerable<(int Weight, int Part, ulong Block)> places)
    {
        WeightSet set = program.Set ?? throw new NotBroughtException("the weights come from no manifest");
        ImmutableArray<ManifestResource> resources = set.Manifest.Resources;
        int tree = resources.ToList().FindIndex(static r => r.Path == WeightTree.FileName);
        if (tree < 0 || !set.TryGetFile(WeightTree.FileName, out ReadOnlySpan<byte> text))
        {
            throw new NotBroughtException($"the weights have no {WeightTree.FileName}");
        }

        TensorInfo[] tensors = [.. set.Tensors.Order(Comparer<TensorInfo>.Create(WeightTree.Compare))];
        var leaves = new Digest[tensors.Length];
        Parallel.For(0, tensors.Length, i => leaves[i] = Merkle.LeafHash(WeightTree.Leaf(tensors[i], Leaves(set, tensors[i]).Root)));
        var opened = new List<OpenedWeight>();
        foreach (IGrouping<(int Weight, int Part), ulong> one in places.OrderBy(static p => p).GroupBy(static p => (p.Weight, p.Part), static p => p.Block))
        {
            WeightEntry entry = program.Module.Weights[one.Key.Weight];
            string name = entry.Name + WeightStorage.Of(entry)[one.Key.Part].Suffix;
            int leaf = Array.FindIndex(tensors, t => t.Name == name);
            set.TryGetTensor(name, out _, out ReadOnlySpan<byte> bytes);
            opened.Add(new OpenedWeight(one.Key.Weight, one.Key.Part, (ulong)leaf, Leaves(set, tensors[leaf]).Open(bytes, [.. one])));
        }

        opened.Sort(static (a, b) => a.Leaf.CompareTo(b.Leaf));
        return new OpenedWeights(
            [.. resources.Select(static r => r.Digest)], tree, text.ToArray(), [.. opened], Multiproof.Build(new BlockRanges(leaves), (ulong)leaves.Length, [.. opened.Select(static o => o.Leaf)]));
    }

    private static BlockRanges Leaves(WeightSet set, TensorInfo tensor)
    {
        set.TryGetTensor(tensor.Name, out _, out ReadOnlySpan<byte> bytes);
        return BlockRanges.Of(bytes);
    }
}

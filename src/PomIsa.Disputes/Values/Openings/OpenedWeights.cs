using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Shards;

namespace PomIsa.Disputes.Values.Openings;

/// <summary>Some blocks of one of a weight's stored tensors.</summary>
/// <param name="Weight">Index of the weight in the module.</param>
/// <param name="Part">Which of its tensors.</param>
/// <param name="Leaf">Which leaf of the tree over all tensors.</param>
/// <param name="Blocks">The blocks.</param>
internal sealed record OpenedWeight(int Weight, int Part, ulong Leaf, OpenedBlocks Blocks);

/// <summary>Some blocks of the weights that a run was opened with: the manifest's digests, the tree's file, and paths from there.</summary>
/// <param name="Resources">Digests of all chunks that the manifest lists, in its order: their hash is its root digest.</param>
/// <param name="Tree">Which of them is that of <c>weights.tree</c>.</param>
/// <param name="Text">That file.</param>
/// <param name="Tensors">Ascending by leaf.</param>
/// <param name="Siblings">From the tensors to the tree's root.</param>
internal sealed record OpenedWeights(Digest[] Resources, int Tree, byte[] Text, OpenedWeight[] Tensors, Digest[] Siblings)
{
    /// <summary>Whether all of this belongs to a manifest.</summary>
    public bool IsIn(Module module, Digest manifest)
    {
        if (Tree >= Resources.Length || Manifest.RootOf(Resources) != manifest || Digest.Of(Text) != Resources[Tree] || !WeightTree.TryParse(Text, out WeightTree? tree))
        {
            return false;
        }

        var leaves = new Digest[Tensors.Length];
        var indices = new ulong[Tensors.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            OpenedWeight opened = Tensors[i];
            if (opened.Weight >= module.Weights.Length || (i > 0 && opened.Leaf <= indices[i - 1]))
            {
                return false;
            }

            WeightEntry entry = module.Weights[opened.Weight];
            ImmutableArray<StoredTensor> parts = WeightStorage.Of(entry);
            if (opened.Part >= parts.Length || !opened.Blocks.TryRoot(WeightStorage.Bytes(parts[opened.Part]), out Digest root))
            {
                return false;
            }

            StoredTensor part = parts[opened.Part];
            indices[i] = opened.Leaf;
            leaves[i] = Merkle.LeafHash(WeightTree.Leaf(new TensorInfo(entry.Name + part.Suffix, part.DType, part.Shape, 0, 0), root));
        }

        return leaves.Length > 0 && indices[^1] < (ulong)tree.Tensors
            && Multiproof.TryRoot((ulong)tree.Tensors, indices, leaves, Siblings, out Digest found) && found == tree.Root;
    }

    public void Write(ByteSink to)
    {
        to.Digests(Resources);
        to.Short(Tree);
        to.Part(Text);
        to.Short(Tensors.Length);
        foreach (OpenedWeight opened in Tensors)
        {
            to.Short(opened.Weight);
            to.Byte(opened.Part);
            to.Long(opened.Leaf);
            opened.Blocks.Write(to);
        }

        to.Digests(Siblings);
    }

    public static OpenedWeights Read(ref Cursor from)
    {
        Digest[] resources = from.Digests();
        int tree = from.Short();
        byte[] text = from.Part();
        var tensors = new OpenedWeight[from.Count(sizeof(ulong))];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new OpenedWeight(from.Short(), from.Byte(), from.Long(), OpenedBlocks.Read(ref from));
        }

        return new OpenedWeights(resources, tree, text, tensors, from.Digests());
    }
}

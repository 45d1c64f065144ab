using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PomIsa.Shards;

/// <summary>The tree over all tensors of a folder, so that a block of one can be shown to belong to a manifest without the rest. Spec: spec/shards.md, chapter 6.</summary>
/// <param name="Tensors">Its leaves.</param>
/// <param name="Root">Its root.</param>
public sealed record WeightTree(int Tensors, Digest Root)
{
    /// <summary>Name of the file in a model's folder.</summary>
    public const string FileName = "weights.tree";

    private const string FirstLine = "pomisa weights tree v1";

    /// <summary>The data of a tensor's leaf.</summary>
    /// <param name="tensor">Name, dtype and stored shape.</param>
    /// <param name="blocks">Root of the tree over its bytes in blocks of 1024.</param>
    public static byte[] Leaf(TensorInfo tensor, Digest blocks)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        byte[] name = Encoding.UTF8.GetBytes(tensor.Name), dtype = Encoding.ASCII.GetBytes(tensor.DType);
        var leaf = new byte[sizeof(ushort) + name.Length + 1 + dtype.Length + 1 + (sizeof(long) * tensor.Shape.Length) + Digest.Size];
        BinaryPrimitives.WriteUInt16LittleEndian(leaf, checked((ushort)name.Length));
        int at = sizeof(ushort);
        name.CopyTo(leaf, at);
        at += name.Length;
        leaf[at++] = (byte)dtype.Length;
        dtype.CopyTo(leaf, at);
        at += dtype.Length;
        leaf[at++] = (byte)tensor.Shape.Length;
        foreach (long dimension in tensor.Shape)
        {
            BinaryPrimitives.WriteInt64LittleEndian(leaf.AsSpan(at), dimension);
            at += sizeof(long);
        }

        blocks.CopyTo(leaf.AsSpan(at));
        return leaf;
    }

    /// <summary>Order of the leaves: by name, in Unicode code-point order.</summary>
    public static int Compare(TensorInfo left, TensorInfo right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return ManifestResource.CompareNames(left.Name, right.Name);
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{FirstLine}\n{Tensors}\n{Root}\n"));

    /// <summary>Reads the file; only the one form that <see cref="ToBytes"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out WeightTree? tree)
    {
        tree = null;
        if (bytes.Length > 128)
        {
            return false;
        }

        string[] lines = Encoding.ASCII.GetString(bytes).Split('\n');
        if (lines.Length != 4 || !int.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out int tensors)
            || !Digest.TryParse(lines[2], out Digest root))
        {
            return false;
        }

        var read = new WeightTree(tensors, root);
        tree = bytes.SequenceEqual(read.ToBytes()) ? read : null;
        return tree is not null;
    }

    /// <summary>The tree over the tensor files of a folder; false with the fault of one that can't be read, or without one where there is no tensor.</summary>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    internal static bool TryMake(string folder, IEnumerable<string> paths, [NotNullWhen(true)] out WeightTree? tree, out ShardFault fault)
    {
        tree = null;
        fault = default;
        var leaves = new List<(TensorInfo Tensor, byte[] Leaf)>();
        foreach (string path in paths)
        {
            string full = Path.Combine(folder, path);
            try
            {
                using FileStream file = File.OpenRead(full);
                if (!TensorFile.TryReadHeader(file, out TensorFileHeader? header, out fault))
                {
                    return false;
                }

                var buffer = new byte[1 << 16];
                foreach (TensorInfo tensor in header.Tensors)
                {
                    leaves.Add((tensor, Leaf(tensor, RootOf(file, header.DataStart + tensor.Begin, tensor.ByteLength, buffer))));
                }
            }
            catch (Exception e) when (ShardStoreException.IsStorage(e))
            {
                throw ShardStoreException.From("read", full, e);
            }
        }

        leaves.Sort(static (a, b) => Compare(a.Tensor, b.Tensor));
        var all = new BlockTree();
        leaves.ForEach(l => all.AppendLeaf(l.Leaf));
        tree = leaves.Count == 0 ? null : new WeightTree(leaves.Count, all.Finish());
        return tree is not null;
    }

    private static Digest RootOf(FileStream file, long from, long length, byte[] buffer)
    {
        var blocks = new BlockTree();
        file.Position = from;
        for (long left = length; left > 0;)
        {
            int count = (int)Math.Min(left, buffer.Length);
            file.ReadExactly(buffer.AsSpan(0, count));
            blocks.Append(buffer.AsSpan(0, count));
            left -= count;
        }

        return blocks.Finish();
    }
}

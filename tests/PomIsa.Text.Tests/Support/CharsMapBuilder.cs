using System.Text;

namespace PomIsa.Text.Tests.Support;

/// <summary>Makes a compiled table of replacements: keys into a double array in Darts-clone's layout, values behind it.</summary>
internal static class CharsMapBuilder
{
    private sealed class Node
    {
        public SortedDictionary<byte, Node> Children { get; } = [];

        public int Value { get; set; } = -1;
    }

    public static byte[] Build((string Key, string Value)[] entries)
    {
        var texts = new List<byte>();
        var root = new Node();
        foreach ((string key, string value) in entries)
        {
            Node at = root;
            foreach (byte b in Encoding.UTF8.GetBytes(key))
            {
                if (!at.Children.TryGetValue(b, out Node? next))
                {
                    at.Children.Add(b, next = new Node());
                }

                at = next;
            }

            at.Value = texts.Count;
            texts.AddRange([.. Encoding.UTF8.GetBytes(value), 0]);
        }

        var units = new SortedDictionary<int, uint> { [0] = 0 };
        Place(root, 0, units);
        var array = new uint[(units.Keys.Last() | 255) + 1];
        foreach ((int at, uint unit) in units)
        {
            array[at] = unit;
        }

        return [.. BitConverter.GetBytes((uint)array.Length * 4), .. array.SelectMany(BitConverter.GetBytes), .. texts];
    }

    /// <summary>Puts a node's children where all of them are free: child b of the node at p lies at p ^ offset ^ b, its value at p ^ offset.</summary>
    private static void Place(Node node, int at, SortedDictionary<int, uint> units)
    {
        int offset = 1;
        while (units.ContainsKey(at ^ offset) || node.Children.Keys.Any(b => units.ContainsKey(at ^ offset ^ b)))
        {
            offset++;
        }

        units[at] |= (uint)offset << 10 | (node.Value >= 0 ? 1u << 8 : 0);
        units[at ^ offset] = node.Value >= 0 ? 1u << 31 | (uint)node.Value : 0;
        foreach ((byte b, _) in node.Children)
        {
            units[at ^ offset ^ b] = b;
        }

        foreach ((byte b, Node child) in node.Children)
        {
            Place(child, at ^ offset ^ b, units);
        }
    }
}

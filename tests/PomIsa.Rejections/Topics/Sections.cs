using System.Globalization;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Topics;

/// <summary>Magic, version, and sections that are missing, empty, unknown, out of order or longer than what they hold.</summary>
internal static class Sections
{
    public static IEnumerable<Rejection> All =>
    [
        .. Header(), .. Trailing(), .. Specimen.All.SelectMany(Missing), .. Specimen.All.SelectMany(Twice), .. Specimen.All.SelectMany(TooLong), .. Empty(), .. Order(),
    ];

    private static IEnumerable<Rejection> Header()
    {
        byte[] right = Specimen.Counts().Encode();
        for (int at = 0; at < 4; at++)
        {
            foreach (byte change in (byte[])[0x01, 0x80, 0xff])
            {
                byte[] module = [.. right];
                module[at] ^= change;
                yield return Rejection.Malformed($"byte {at} of the magic is {module[at]:x2}", module, "BadMagic", 0);
            }
        }

        foreach (uint version in (uint[])[0, 2, 3, 255, 256, 257, 0x01000000, 0x01000001, uint.MaxValue])
        {
            byte[] module = [.. right];
            BitConverter.TryWriteBytes(module.AsSpan(4), version);
            yield return Rejection.Malformed($"version {version}", module, "BadVersion", 4);
        }
    }

    private static IEnumerable<Rejection> Trailing()
    {
        byte[] right = Specimen.Counts().Encode();
        for (int id = 0; id <= 0xff; id++)
        {
            int end = right.Length;
            string name = string.Create(CultureInfo.InvariantCulture, $"a section 0x{id:x2} of no bytes behind the last");
            byte[] module = [.. right, (byte)id, 0];
            if (id <= 7)
            {
                yield return Rejection.Malformed(name, module, "SectionOrder", end);
            }
            else if (id > 8 && id < 0x80)
            {
                yield return Rejection.Malformed(name, module, "UnknownSection", end);
            }
            else if (id > 0x82)
            {
                yield return Rejection.Malformed(name, module, "EmptySection", end);
            }

            if (id > 0x82 && id % 8 == 0)
            {
                yield return Rejection.Valid(string.Create(CultureInfo.InvariantCulture, $"a section 0x{id:x2} that nobody knows"), [.. right, (byte)id, 2, 0, 0xff], end);
            }
        }
    }

    /// <summary>Without one of the sections that must be there: noticed at the one that stands there instead.</summary>
    private static IEnumerable<Rejection> Missing(Specimen specimen)
    {
        for (int i = 2; i < specimen.Nodes.Count; i += 2)
        {
            byte id = ((Piece)specimen.Nodes[i]).Bytes[0];
            if (id is >= 5 and <= 7)
            {
                List<Node> rest = [.. specimen.Nodes[..i], .. specimen.Nodes[(i + 2)..]];
                var rendered = new Rendered(rest);
                yield return Rejection.Malformed(
                    $"{specimen.Name}: no section {id}", rendered.Bytes, "MissingSection", i < rest.Count ? rendered.At(rest[i]) : rendered.Bytes.Length);
            }
        }
    }

    private static IEnumerable<Rejection> Twice(Specimen specimen)
    {
        for (int i = 2; i < specimen.Nodes.Count; i += 2)
        {
            Node[] again = [new Piece(PieceKind.Byte, ((Piece)specimen.Nodes[i]).Bytes, "section id"), new Sized("again", ((Sized)specimen.Nodes[i + 1]).Children)];
            List<Node> nodes = [.. specimen.Nodes[..(i + 2)], .. again, .. specimen.Nodes[(i + 2)..]];
            var rendered = new Rendered([.. specimen.Nodes[..(i + 2)]]);
            yield return Rejection.Malformed($"{specimen.Name}: section {((Sized)specimen.Nodes[i + 1]).Name} twice", Bytes(nodes), "SectionOrder", rendered.Bytes.Length);
        }
    }

    /// <summary>One byte more than the content, in each section and body.</summary>
    private static IEnumerable<Rejection> TooLong(Specimen specimen)
    {
        int number = 0;
        foreach (Sized sized in specimen.SizedNodes().Where(static s => s.Name != "unknown"))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}: one byte more in {sized.Name} {number++}");
            Piece more = Layout.Byte(0, "more");
            sized.Children.Add(more);
            var rendered = new Rendered(specimen.Nodes);
            sized.Children.Remove(more);
            yield return Rejection.Malformed(name, rendered.Bytes, "SectionLength", rendered.At(more));
        }
    }

    /// <summary>Lists of nothing, which must be left out.</summary>
    private static IEnumerable<Rejection> Empty()
    {
        byte[] head = [.. Layout.Magic, .. Layout.Version];
        foreach (byte id in (byte[])[1, 2, 3, 4])
        {
            yield return Rejection.Malformed($"section {id} lists nothing", [.. head, id, 1, 0], "EmptySection", head.Length + 2);
        }

        byte[] whole = Specimen.Counts().Encode();
        foreach (byte id in (byte[])[8, 0x82])
        {
            yield return Rejection.Malformed($"section {id} lists nothing", [.. whole, id, 1, 0], "EmptySection", whole.Length + 2);
        }
    }

    private static IEnumerable<Rejection> Order()
    {
        Draft caches = Specimen.Caches();
        List<Node> nodes = Layout.Of(caches);
        // magic, version, then an id and a content for each section: weights and states change places.
        List<Node> swapped = [.. nodes[..4], .. nodes[6..8], .. nodes[4..6], .. nodes[8..]];
        var rendered = new Rendered(swapped);
        yield return Rejection.Malformed("weights behind states", rendered.Bytes, "SectionOrder", rendered.At(swapped[6]));
        Node[] names = [.. Customs.Names(caches)], positions = [.. Customs.Positions(caches)], texts = [.. Customs.Texts(caches)], unknown = [.. Customs.Unknown()];
        foreach ((Node[] first, Node[] second, string name) in ((Node[], Node[], string)[])
            [(positions, names, "names behind positions"), (texts, names, "names behind texts"), (texts, positions, "positions behind texts"), (unknown, texts, "texts behind an unknown section")])
        {
            List<Node> all = [.. nodes, .. first, .. second];
            var mixed = new Rendered(all);
            yield return Rejection.Malformed(name, mixed.Bytes, "SectionOrder", mixed.At(second[0]));
        }
    }

    private static byte[] Bytes(IEnumerable<Node> nodes)
    {
        // A node that stands twice is copied by its bytes.
        var bytes = new List<byte>();
        foreach (Node node in nodes)
        {
            bytes.AddRange(new Rendered([node]).Bytes);
        }

        return [.. bytes];
    }
}

using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Topics;

/// <summary>Modules that end too early: cut at every byte, and sections cut at every byte with a length that says so.</summary>
internal static class Truncations
{
    public static IEnumerable<Rejection> All => Specimen.All.SelectMany(static s => (IEnumerable<Rejection>)[.. Files(s), .. Sections(s)]);

    private static IEnumerable<Rejection> Files(Specimen specimen)
    {
        var whole = new Rendered(specimen.Nodes);
        byte[] bytes = whole.Bytes;
        int customs = specimen.CustomsFrom < specimen.Nodes.Count ? whole.At(specimen.Nodes[specimen.CustomsFrom]) : bytes.Length;
        for (int cut = specimen.Name == "counts" ? 0 : 8; cut < bytes.Length; cut++)
        {
            string name = $"{specimen.Name}: the first {cut} bytes";
            yield return cut < 8 ? Rejection.Malformed(name, bytes[..cut], "UnexpectedEnd", cut < 4 ? 0 : 4) : Cut(specimen, whole, bytes, cut, customs, name);
        }
    }

    private static Rejection Cut(Specimen specimen, Rendered whole, byte[] bytes, int cut, int customs, string name)
    {
        byte last = 0;
        for (int i = 2; i < specimen.Nodes.Count; i += 2)
        {
            int id = whole.At(specimen.Nodes[i]), content = whole.ContentAt((Sized)specimen.Nodes[i + 1]);
            int end = i + 2 < specimen.Nodes.Count ? whole.At(specimen.Nodes[i + 2]) : bytes.Length;
            if (cut == id)
            {
                break;
            }

            if (cut < end)
            {
                return Rejection.Malformed(name, bytes[..cut], "UnexpectedEnd", Math.Min(cut, content));
            }

            last = ((Piece)specimen.Nodes[i]).Bytes[0];
        }

        return last >= 7
            ? Rejection.Valid(name, bytes[..cut], Math.Min(cut, customs))
            : Rejection.Malformed(name, bytes[..cut], "MissingSection", cut);
    }

    private static IEnumerable<Rejection> Sections(Specimen specimen)
    {
        for (int i = 3; i < specimen.Nodes.Count; i += 2)
        {
            var section = (Sized)specimen.Nodes[i];
            if (section.Name == "unknown")
            {
                continue;
            }

            byte[] before = new Rendered(specimen.Nodes[..i]).Bytes;
            byte[] content = new Rendered(section.Children).Bytes;
            for (int cut = 0; cut < content.Length; cut++)
            {
                byte[] module = [.. before, .. Leb.U32((uint)cut), .. content[..cut]];
                int start = module.Length - cut;
                int at = Reading.First(section.Children, start, module.Length) ?? throw new InvalidOperationException("A cut that nothing notices.");
                yield return Rejection.Malformed($"{specimen.Name}: section {section.Name} has {cut} of its {content.Length} bytes", module, "UnexpectedEnd", at);
            }
        }
    }
}

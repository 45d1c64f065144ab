using System.Globalization;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Mistakes;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Topics;

/// <summary>Every number of some modules in forms that are too long, and every index beyond what there is.</summary>
internal static class Numbers
{
    public static IEnumerable<Rejection> All => Specimen.All.SelectMany(static s => (IEnumerable<Rejection>)[.. Long(s), .. Lengths(s), .. Indices(s)]);

    private static List<Rejection> Long(Specimen specimen)
    {
        int at = 0;
        return [.. specimen.Pieces().SelectMany(p => CodeBytes.Numbers(specimen.Nodes, p, string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}, piece {at++}")))];
    }

    private static IEnumerable<Rejection> Lengths(Specimen specimen)
    {
        int number = 0;
        foreach (Sized sized in specimen.SizedNodes())
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}, length {number++} ({sized.Name})");
            yield return With(specimen, sized, static n => Leb.Padded(Leb.U32((uint)n), false), name + ": a byte more than it needs", "BadNumber", false);
            yield return With(specimen, sized, static _ => Leb.BeyondU32, name + ": 2^32", "BadNumber", false);
            yield return With(specimen, sized, static _ => Leb.EndlessU32, name + ": six bytes", "BadNumber", false);
            yield return With(specimen, sized, static _ => Leb.U32(uint.MaxValue), name + ": 2^32 - 1", "UnexpectedEnd", true);
        }
    }

    private static Rejection With(Specimen specimen, Sized sized, Func<int, byte[]> length, string name, string code, bool behind)
    {
        Func<int, byte[]> before = sized.Length;
        sized.Length = length;
        var rendered = new Rendered(specimen.Nodes);
        sized.Length = before;
        return Rejection.Malformed(name, rendered.Bytes, code, behind ? rendered.ContentAt(sized) : rendered.At(sized));
    }

    private static IEnumerable<Rejection> Indices(Specimen specimen)
    {
        int number = 0;
        foreach (Piece piece in specimen.Pieces().Where(static p => p.Limit >= 0))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}, index {number++} ({piece.Name})");
            bool dimension = piece.Name == "dimension";
            foreach (uint beyond in (uint[])[(uint)piece.Limit, (uint)piece.Limit + 1, int.MaxValue])
            {
                yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.U32(dimension ? (2 * beyond) + 1 : beyond), $"{name}: {beyond} of {piece.Limit}", "BadIndex");
            }
        }
    }
}

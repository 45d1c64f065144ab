using System.Globalization;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Topics;

/// <summary>Names and doc comments that are no clean UTF-8, and some that are.</summary>
internal static class Texts
{
    private static readonly (byte[] Bytes, string Name)[] Wrong =
    [
        ([0x80], "a byte in the middle of a character"), ([0xc3], "a character that ends early"), ([0xc0, 0x80], "a longer form of 0"),
        ([0xe0, 0x80, 0x80], "three bytes for 0"), ([0xed, 0xa0, 0x80], "half a surrogate pair"), ([0xf4, 0x90, 0x80, 0x80], "beyond U+10FFFF"), ([0xff], "byte 0xff"),
        ([0x61, 0xfe, 0x62], "byte 0xfe"), ([0x00], "NUL"), ([0x61, 0x09], "a tab"), ([0x0d], "a carriage return"), ([0x1b, 0x5b], "an escape"), ([0x7f], "DEL"),
        ([0xc2, 0x80], "U+0080"), ([0x61, 0xc2, 0x9f], "U+009F"),
    ];

    private static readonly byte[][] Right = [[0x20], [0xc2, 0xa0], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x8e, 0x88], [0xf4, 0x8f, 0xbf, 0xbf], [0x22, 0x5c]];

    private static readonly string[] Fields =
        ["weight name", "module name", "symbol name", "state name", "function name", "register name", "local name", "file name", "text"];

    public static IEnumerable<Rejection> All
    {
        get
        {
            Specimen specimen = Specimen.WithCustoms();
            int customs = new Rendered(specimen.Nodes).At(specimen.Nodes[specimen.CustomsFrom]);
            return Fields.SelectMany(name => Of(specimen, name, customs)).Append(Empty(specimen));
        }
    }

    private static IEnumerable<Rejection> Of(Specimen specimen, string field, int customs)
    {
        Piece text = specimen.Pieces().First(p => p.Kind == PieceKind.Run && p.Name == field);
        Piece length = specimen.Pieces().First(p => p.Kind == PieceKind.Count && p.Name == $"count of bytes of {field}");
        foreach ((byte[] bytes, string name) in Wrong)
        {
            Rendered rendered = With(specimen, text, length, bytes);
            yield return Rejection.Malformed($"{field}: {name}", rendered.Bytes, "BadText", rendered.At(text));
        }

        if (field != "text")
        {
            Rendered rendered = With(specimen, text, length, [0x0a]);
            yield return Rejection.Malformed($"{field}: a line feed", rendered.Bytes, "BadText", rendered.At(text));
        }

        foreach (byte[] bytes in Right)
        {
            // Only a weight's name lies in the program, which it lengthens.
            Rendered rendered = With(specimen, text, length, bytes);
            int program = field == "weight name" ? rendered.At(specimen.Nodes[specimen.CustomsFrom]) : customs;
            yield return Rejection.Valid($"{field}: {System.Text.Encoding.UTF8.GetString(bytes)}", rendered.Bytes, program);
        }

        int most = field == "text" ? 3000 : 256;
        Rendered full = With(specimen, text, length, [.. Enumerable.Repeat((byte)'a', most)]);
        yield return Rejection.Valid(string.Create(CultureInfo.InvariantCulture, $"{field}: {most} bytes"), full.Bytes, field == "weight name" ? full.At(specimen.Nodes[specimen.CustomsFrom]) : customs);
    }

    /// <summary>A weight must have a name: the fault is at its length.</summary>
    private static Rejection Empty(Specimen specimen)
    {
        Piece text = specimen.Pieces().First(static p => p.Kind == PieceKind.Run && p.Name == "weight name");
        Piece length = specimen.Pieces().First(static p => p.Kind == PieceKind.Count && p.Name == "count of bytes of weight name");
        Rendered rendered = With(specimen, text, length, []);
        return Rejection.Malformed("a weight without a name", rendered.Bytes, "BadText", rendered.At(length));
    }

    private static Rendered With(Specimen specimen, Piece text, Piece length, byte[] bytes)
    {
        (byte[] oldText, byte[] oldLength) = (text.Bytes, length.Bytes);
        (text.Bytes, length.Bytes) = (bytes, Leb.U32((uint)bytes.Length));
        var rendered = new Rendered(specimen.Nodes);
        (text.Bytes, length.Bytes) = (oldText, oldLength);
        return rendered;
    }
}

using System.Globalization;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;
using PomIsa.Rejections.Recipes;

namespace PomIsa.Rejections.Mistakes;

/// <summary>Bytes of an instruction that are none: indices that name nothing, long numbers, a body that ends within it.</summary>
internal static class CodeBytes
{
    public static IEnumerable<Rejection> Of(OpcodeRow row, Recipe recipe)
    {
        Scene scene = Scene.Of(row, recipe);
        List<Node> nodes = Layout.Of(scene.Program);
        for (int i = 0; i < recipe.Items.Length; i++)
        {
            Piece first = scene.Code.Pieces[scene.PieceOf[i]];
            if (recipe.Items[i] is not Immediate)
            {
                int things = scene.Things(recipe.Items[i]);
                yield return Changed(nodes, first, Leb.U32((uint)things), $"operand {i}: {first.Name} {things} of {things}", "BadIndex");
                yield return Changed(nodes, first, Leb.U32(uint.MaxValue), $"operand {i}: {first.Name} 2^32 - 1", "BadIndex");
            }
        }

        int at = 0;
        foreach (Piece piece in scene.Code.Pieces)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"piece {at++}");
            foreach (Rejection one in Numbers(nodes, piece, name))
            {
                yield return one;
            }
        }

        foreach (Rejection cut in Cuts(scene, nodes))
        {
            yield return cut;
        }
    }

    /// <summary>The forms of a number that are too long.</summary>
    public static IEnumerable<Rejection> Numbers(List<Node> nodes, Piece piece, string name)
    {
        switch (piece.Kind)
        {
            case PieceKind.Number or PieceKind.Count:
                yield return Changed(nodes, piece, Leb.Padded(piece.Bytes, false), $"{name}, {piece.Name}: a byte more than it needs", "BadNumber");
                yield return Changed(nodes, piece, Leb.BeyondU32, $"{name}, {piece.Name}: 2^32", "BadNumber");
                yield return Changed(nodes, piece, Leb.EndlessU32, $"{name}, {piece.Name}: six bytes", "BadNumber");
                break;
            case PieceKind.Signed:
                yield return Changed(nodes, piece, Leb.Padded(piece.Bytes, true), $"{name}, {piece.Name}: a byte more than it needs", "BadNumber");
                yield return Changed(nodes, piece, Leb.BeyondI64, $"{name}, {piece.Name}: 2^63", "BadNumber");
                yield return Changed(nodes, piece, Leb.EndlessI64, $"{name}, {piece.Name}: eleven bytes", "BadNumber");
                break;
            default:
                break;
        }
    }

    /// <summary>The module with one piece changed; the fault is at that piece.</summary>
    public static Rejection Changed(List<Node> nodes, Piece piece, byte[] bytes, string name, string code)
    {
        byte[] before = piece.Bytes;
        piece.Bytes = bytes;
        var rendered = new Rendered(nodes);
        piece.Bytes = before;
        return Rejection.Malformed(name, rendered.Bytes, code, rendered.At(piece));
    }

    /// <summary>The body of function 0 ends within the instruction; the other functions' bodies follow.</summary>
    private static IEnumerable<Rejection> Cuts(Scene scene, List<Node> nodes)
    {
        var section = (Sized)nodes[nodes.FindIndex(static n => n is Sized { Name: "code" })];
        int body = section.Children.FindIndex(static n => n is Sized);
        var whole = (Sized)section.Children[body];
        int before = scene.Function.Body.Take(scene.At).Sum(static c => 1 + c.Pieces.Sum(static p => p.Bytes.Length));
        int length = 1 + scene.Code.Pieces.Sum(static p => p.Bytes.Length);
        byte[] content = [.. whole.Children.Cast<Piece>().SelectMany(static p => p.Bytes)];
        for (int cut = before; cut < before + length; cut++)
        {
            var shorter = new Sized("body", [new Piece(PieceKind.Run, content[..cut], "code")]);
            section.Children[body] = shorter;
            var rendered = new Rendered(nodes);
            section.Children[body] = whole;
            int start = rendered.ContentAt(shorter), end = start + cut;
            int at = scene.Function.Body.Count > cut ? rendered.At(section.Children[body - 1]) : Reading.First(whole.Children, start, end)
                ?? throw new InvalidOperationException("A cut that nothing notices.");
            yield return Rejection.Malformed($"the body ends after {cut - before} of its {length} bytes", rendered.Bytes, "UnexpectedEnd", at);
        }
    }
}

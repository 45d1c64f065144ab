using System.Text;
using PomIsa.Rejections.Encoding;

namespace PomIsa.Rejections.Modules;

/// <summary>A program as the nodes of its encoding (spec/bytecode.md, chapter 2).</summary>
internal static class Layout
{
    public static readonly byte[] Magic = [0, (byte)'p', (byte)'i', (byte)'s'], Version = [1, 0, 0, 0];

    /// <summary>Magic, version and the sections that hold something.</summary>
    public static List<Node> Of(Draft program)
    {
        var nodes = new List<Node> { Run(Magic, "magic"), Run(Version, "version") };
        List(nodes, 1, "symbols", program.Symbols, 1, static s => [Number(s, "maximum")]);
        List(nodes, 2, "weights", program.Weights, 36, static w =>
            [.. Text(w.Name, "weight name"), Byte(w.Element, "element"), .. Numbers(w.Shape), Byte(w.Panels ? 1 : 0, "layout"), Run(w.Digest, "digest")]);
        List(nodes, 3, "states", program.States, 4, s =>
            [Byte(s.Element, "element"), .. Numbers(s.Row), Index(s.Symbol, program.Symbols.Count, "symbol"), Number(s.Max, "most rows")]);
        List(nodes, 4, "inputs", program.Inputs, 2, k => Type(k, program));
        List(nodes, 5, "functions", program.Functions, 5, f =>
        [
            Byte(f.Driver ? 1 : 0, "kind"), Number(f.Parameters, "parameters"), Number(f.Results, "results"), Number(f.Locals, "locals"),
            Count(f.Registers.Count, 2, "registers"), .. f.Registers.SelectMany(r => Type(r, program)),
        ], required: true);
        List(nodes, 6, "code", program.Functions, 2, static f => [Count(f.Body.Count, 1, "instructions"), new Sized("body", f.Body.SelectMany(Instruction))], required: true);
        nodes.Add(Byte(7, "section id"));
        nodes.Add(new Sized("entry", [Index(program.Entry, program.Functions.Count, "entry")]));
        List(nodes, 8, "data", program.Data, 2, d => [Index(d.Weight, program.Weights.Count, "weight"), Count(d.Bytes.Length, 1, "data length"), Run(d.Bytes, "data")]);
        return nodes;
    }

    public static Piece Number(long value, string name) => new(PieceKind.Number, Leb.U32((uint)value), name);

    public static Piece Signed(long value, string name) => new(PieceKind.Signed, Leb.I64(value), name);

    public static Piece Index(long value, long limit, string name) => new(PieceKind.Number, Leb.U32((uint)value), name) { Limit = limit };

    public static Piece Byte(int value, string name) => new(PieceKind.Byte, [(byte)value], name);

    public static Piece Run(byte[] bytes, string name) => new(PieceKind.Run, bytes, name);

    public static Piece F32(uint bits, string name) => Run([(byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), (byte)(bits >> 24)], name);

    public static Piece Count(long items, int least, string name) =>
        new(PieceKind.Count, Leb.U32((uint)items), $"count of {name}") { Holds = (items, least) };

    /// <summary>The place of a list without a count.</summary>
    public static Piece Need(long items, int least, string name) => new(PieceKind.Need, [], name) { Holds = (items, least) };

    public static Node[] Text(string text, string name)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return [Count(bytes.Length, 1, $"bytes of {name}"), Run(bytes, name)];
    }

    public static IEnumerable<Node> Type(Kind kind, Draft program) =>
    [
        Byte(kind.Element, "element"), Byte(kind.Shape.Length, "rank"),
        .. kind.Shape.Select(d => new Piece(PieceKind.Number, Leb.U32(d.Code), "dimension") { Limit = d.IsSymbol ? program.Symbols.Count : -1 }),
    ];

    private static IEnumerable<Node> Instruction(Code code) => [Byte(code.Opcode, "opcode"), .. code.Pieces];

    private static IEnumerable<Node> Numbers(int[] numbers) => [Byte(numbers.Length, "rank"), .. numbers.Select(static n => Number(n, "dimension"))];

    private static void List<T>(
        List<Node> nodes, byte id, string name, List<T> items, int least, Func<T, IEnumerable<Node>> of, bool required = false)
    {
        if (items.Count > 0 || required)
        {
            nodes.Add(Byte(id, "section id"));
            nodes.Add(new Sized(name, [Count(items.Count, least, name), .. items.SelectMany(of)]));
        }
    }
}

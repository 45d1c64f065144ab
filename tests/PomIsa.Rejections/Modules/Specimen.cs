using System.Security.Cryptography;
using PomIsa.Rejections.Encoding;

namespace PomIsa.Rejections.Modules;

/// <summary>A valid module as nodes, to be changed in one place at a time.</summary>
/// <param name="Name">What it has.</param>
/// <param name="Program">The program.</param>
/// <param name="Nodes">Its encoding, custom sections included.</param>
internal sealed record Specimen(string Name, Draft Program, List<Node> Nodes)
{
    public static IEnumerable<Specimen> All => [Of("counts", Counts()), Of("caches", Caches()), Of("data", Data()), WithCustoms()];

    /// <summary>Its custom sections begin here: at this index of the nodes.</summary>
    public int CustomsFrom => Nodes.FindIndex(static n => n is Piece { Name: "section id" } p && p.Bytes[0] >= 0x80) is >= 0 and var at ? at : Nodes.Count;

    /// <summary>The first module of spec/bytecode.md: it answers a prompt with the number of its tokens.</summary>
    public static Draft Counts() => new()
    {
        Symbols = { 8 },
        Inputs = { new Kind(Element.I32, Dim.Symbol(0)) },
        Functions =
        {
            new Function
            {
                Driver = true,
                Registers = { new Kind(Element.I32, Dim.Symbol(0)) },
                Body = { Asm.Input(0, 0), Asm.Rows(0), Asm.Emit, Asm.Halt },
            },
        },
    };

    /// <summary>Weights of several kinds, two states, a step that appends to both, a driver that calls it.</summary>
    public static Draft Caches() => new()
    {
        Symbols = { 300, 4 },
        Weights =
        {
            new Weight("norm", Element.F32, [4], false) { Digest = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)] },
            new Weight("down", Element.W8, [4, 16], true),
            new Weight("up", Element.F16, [4, 16], true),
        },
        States = { new State(Element.F32, [4], 0, 300), new State(Element.I64, [2, 2], 0, 200) },
        Functions =
        {
            new Function
            {
                Parameters = 2,
                Results = 1,
                Registers = { new Kind(Element.F32, Dim.Symbol(1), 4), new Kind(Element.I64, Dim.Symbol(1), 2, 2), new Kind(Element.F32, 3, 4) },
                Body = { Asm.Append(0, 0), Asm.Append(1, 1), Asm.Zeros(2), Asm.Ret },
            },
            new Function
            {
                Driver = true,
                Locals = 1,
                Registers = { new Kind(Element.F32, 3, 4), new Kind(Element.I64, 3, 2, 2), new Kind(Element.F32, 3, 4) },
                Body = { Asm.Push(-300), Asm.Drop, Asm.Zeros(0), Asm.Zeros(1), Asm.Push(2), Asm.Loop(200), Asm.Call(0, 0, 1, 2), Asm.End, Asm.Halt },
            },
        },
        Entry = 1,
    };

    /// <summary>A weight that travels inside the module.</summary>
    public static Draft Data()
    {
        byte[] bytes = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40];
        Draft draft = new() { Weights = { new Weight("w", Element.F32, [2], false) { Digest = SHA256.HashData(bytes) } }, Data = { (0, bytes) } };
        draft.Functions.Add(new Function { Driver = true, Body = { Asm.Halt } });
        return draft;
    }

    public static Specimen WithCustoms()
    {
        Draft draft = Caches();
        return new Specimen("customs", draft, [.. Layout.Of(draft), .. Customs.Names(draft), .. Customs.Positions(draft), .. Customs.Texts(draft), .. Customs.Unknown()]);
    }

    /// <summary>All pieces, those within sized nodes too, in their order.</summary>
    public IEnumerable<Piece> Pieces() => Flat(Nodes).OfType<Piece>();

    /// <summary>All sized nodes, those within others too.</summary>
    public IEnumerable<Sized> SizedNodes() => Flat(Nodes).OfType<Sized>();

    private static Specimen Of(string name, Draft draft) => new(name, draft, Layout.Of(draft));

    private static IEnumerable<Node> Flat(IEnumerable<Node> nodes) => nodes.SelectMany(static n => n is Sized s ? Flat(s.Children).Prepend(s) : [n]);
}

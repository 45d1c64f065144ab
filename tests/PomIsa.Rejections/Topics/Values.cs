using System.Globalization;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Mistakes;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Topics;

/// <summary>Bytes and numbers that mean nothing: element types, ranks, layouts, counts beyond their limits, values out of range, opcodes.</summary>
internal static class Values
{
    private static readonly Dictionary<string, byte[]> Meaningless = new(StringComparer.Ordinal)
    {
        ["element"] = [0, 10, 0x80, 0xff],
        ["rank"] = [9, 0x80, 0xff],
        ["layout"] = [2, 0x80, 0xff],
        ["kind"] = [2, 0x80, 0xff],
        ["target"] = [6, 0x80, 0xff],
    };

    private static readonly Dictionary<string, uint> Limits = new(StringComparer.Ordinal)
    {
        ["count of symbols"] = 64,
        ["count of weights"] = 65_536,
        ["count of states"] = 4096,
        ["count of inputs"] = 64,
        ["count of functions"] = 4096,
        ["count of code"] = 4096,
        ["count of registers"] = 8192,
        ["count of instructions"] = 1_048_576,
        ["count of data"] = 65_536,
        ["count of data length"] = 1_048_576,
        ["count of files"] = 1024,
        ["count of bytes of text"] = 65_536,
        ["parameters"] = 64,
        ["results"] = 64,
        ["locals"] = 256,
    };

    public static IEnumerable<Rejection> All(HashSet<byte> opcodes) =>
        [.. Specimen.All.SelectMany(Bytes), .. Specimen.All.SelectMany(Counts), .. Specimen.All.SelectMany(Ranges), .. Opcodes(opcodes), .. Mismatches()];

    private static IEnumerable<Rejection> Bytes(Specimen specimen)
    {
        int number = 0;
        foreach (Piece piece in specimen.Pieces().Where(static p => p.Kind == PieceKind.Byte && Meaningless.ContainsKey(p.Name)))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}, byte {number++} ({piece.Name})");
            foreach (byte wrong in Meaningless[piece.Name])
            {
                yield return CodeBytes.Changed(specimen.Nodes, piece, [wrong], $"{name} is {wrong}", "BadType");
            }
        }
    }

    private static IEnumerable<Rejection> Counts(Specimen specimen)
    {
        int number = 0;
        foreach (Piece piece in specimen.Pieces())
        {
            uint limit = Limits.TryGetValue(piece.Name, out uint known) ? known
                : piece.Name.StartsWith("count of bytes of", StringComparison.Ordinal) ? 256u
                : 0u;
            if (limit == 0)
            {
                continue;
            }

            string name = string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}, {piece.Name} {number++}");
            yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.U32(limit + 1), $"{name} is {limit + 1}", "TooMany");
            yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.U32(uint.MaxValue), $"{name} is 2^32 - 1", "TooMany");
            if (piece.Kind == PieceKind.Count && limit > 4000)
            {
                yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.U32(limit), $"{name} is {limit}, more than the bytes hold", "UnexpectedEnd");
            }
        }
    }

    /// <summary>Numbers of 31 bits, and source positions.</summary>
    private static IEnumerable<Rejection> Ranges(Specimen specimen)
    {
        int number = 0;
        foreach (Piece piece in specimen.Pieces().Where(static p => p.Name is "maximum" or "most rows" || (p.Name == "dimension" && p.Limit < 0)))
        {
            // A dimension of a type is doubled and has no number beyond 31 bits; those of weights and rows have.
            string name = string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}, {piece.Name} {number++}");
            if (piece.Name != "dimension" || IsPlain(specimen, piece))
            {
                yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.U32(1u << 31), $"{name} is 2^31", "BadValue");
                yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.U32(uint.MaxValue), $"{name} is 2^32 - 1", "BadValue");
            }
        }

        number = 0;
        foreach (Piece piece in specimen.Pieces().Where(static p => p.Name is "file" or "line" or "column"))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{specimen.Name}, {piece.Name} {number++}");
            yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.I64(piece.Name == "file" ? 1 : (1 << 24) + 1), $"{name} goes beyond its limit", "BadValue");
            yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.I64(-1000), $"{name} goes below zero", "BadValue");
            yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.I64(long.MinValue), $"{name} goes down by 2^63", "BadValue");
            yield return CodeBytes.Changed(specimen.Nodes, piece, Leb.I64(long.MaxValue), $"{name} goes up by 2^63 - 1", "BadValue");
        }
    }

    private static bool IsPlain(Specimen specimen, Piece piece) =>
        specimen.SizedNodes().Any(s => s.Name is "weights" or "states" && s.Children.Contains(piece));

    private static IEnumerable<Rejection> Opcodes(HashSet<byte> known)
    {
        Specimen specimen = Specimen.All.First();
        Piece opcode = specimen.Pieces().First(static p => p.Name == "opcode");
        for (int code = 0; code <= 0xff; code++)
        {
            if (!known.Contains((byte)code))
            {
                yield return CodeBytes.Changed(specimen.Nodes, opcode, [(byte)code], string.Create(CultureInfo.InvariantCulture, $"opcode 0x{code:x2}"), "UnknownOpcode");
            }
        }
    }

    /// <summary>Counts that contradict another one.</summary>
    private static IEnumerable<Rejection> Mismatches()
    {
        Specimen specimen = Specimen.All.ElementAt(1);
        Piece bodies = specimen.Pieces().First(static p => p.Name == "count of code");
        foreach (uint wrong in (uint[])[0, 1, 3])
        {
            yield return CodeBytes.Changed(specimen.Nodes, bodies, Leb.U32(wrong), $"{wrong} bodies for two functions", "BadValue");
        }

        Piece registers = specimen.Pieces().First(static p => p.Name == "count of registers");
        foreach (uint wrong in (uint[])[0, 1, 2])
        {
            yield return CodeBytes.Changed(specimen.Nodes, registers, Leb.U32(wrong), $"{wrong} registers for two parameters and a result", "BadValue");
        }

        Specimen inside = Specimen.All.ElementAt(2);
        Piece length = inside.Pieces().First(static p => p.Name == "count of data length");
        yield return CodeBytes.Changed(inside.Nodes, length, [0], "a weight inside of no bytes", "BadValue");
        foreach ((int First, int Second) order in ((int, int)[])[(0, 0), (1, 0), (1, 1)])
        {
            Draft draft = Specimen.Data();
            draft.Weights.Add(draft.Weights[0] with { Name = "v" });
            draft.Data.Clear();
            draft.Data.AddRange([(order.First, [1]), (order.Second, [2])]);
            List<Node> nodes = Layout.Of(draft);
            var data = (Sized)nodes[^1];
            var rendered = new Rendered(nodes);
            yield return Rejection.Malformed($"data of weight {order.Second} behind that of {order.First}", rendered.Bytes, "SectionOrder", rendered.At(data.Children[4]));
        }
    }
}

using PomIsa.Rejections.Encoding;

namespace PomIsa.Rejections.Modules;

/// <summary>Custom sections of a program: names of everything, source positions, doc comments, and one that nobody knows.</summary>
internal static class Customs
{
    public static IEnumerable<Node> Names(Draft program)
    {
        var nodes = new List<Node>(Layout.Text("m", "module name"));
        Add(nodes, program.Symbols.Count, "symbol");
        Add(nodes, program.States.Count, "state");
        Add(nodes, program.Inputs.Count, "input");
        for (int i = 0; i < program.Functions.Count; i++)
        {
            nodes.AddRange(Layout.Text($"f{i}", "function name"));
            Add(nodes, program.Functions[i].Registers.Count, "register");
            Add(nodes, program.Functions[i].Locals, "local");
        }

        return Section(0x80, "names", nodes);
    }

    public static IEnumerable<Node> Positions(Draft program)
    {
        var nodes = new List<Node> { Layout.Count(1, 1, "files") };
        nodes.AddRange(Layout.Text("a.pisa", "file name"));
        foreach (Function function in program.Functions)
        {
            nodes.Add(Layout.Need(function.Body.Count, 3, "positions"));
            for (int i = 0; i < function.Body.Count; i++)
            {
                nodes.AddRange([Layout.Signed(0, "file"), Layout.Signed(i == 0 ? 70 : 1, "line"), Layout.Signed(i == 0 ? 5 : 0, "column")]);
            }
        }

        return Section(0x81, "positions", nodes);
    }

    public static IEnumerable<Node> Texts(Draft program) => Section(0x82, "texts",
    [
        Layout.Count(2, 3, "texts"),
        Layout.Byte(0, "target"), Layout.Index(0, 1, "index"), .. Layout.Text("a module\nof two lines", "text"),
        Layout.Byte(5, "target"), Layout.Index(0, program.Functions.Count, "index"), .. Layout.Text("a function", "text"),
    ]);

    public static IEnumerable<Node> Unknown() => Section(0x90, "unknown", [Layout.Run([1, 2, 3], "bytes")]);

    public static IEnumerable<Node> Section(byte id, string name, IEnumerable<Node> content) => [Layout.Byte(id, "section id"), new Sized(name, content)];

    private static void Add(List<Node> nodes, int count, string what)
    {
        nodes.Add(Layout.Need(count, 1, what));
        for (int i = 0; i < count; i++)
        {
            nodes.AddRange(Layout.Text($"{what[0]}{i}", $"{what} name"));
        }
    }
}

using PomIsa.Onnx.Schema;

namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>What of a model is changed, and the numbers that it gets.</summary>
internal static class Drawn
{
    private static readonly long[] Numbers =
        [0, 1, -1, 2, 7, -8, 64, 1000, int.MaxValue, int.MinValue, 1L << 31, 1L << 32, 1L << 40, 1L << 60, -(1L << 60), long.MaxValue, long.MinValue, long.MaxValue - 7];

    public static T? Pick<T>(IList<T> list, Random random)
        where T : class => list.Count == 0 ? null : list[random.Next(list.Count)];

    public static long Number(Random random) => random.Next(4) == 0 ? random.NextInt64(-20, 20) : Numbers[random.Next(Numbers.Length)];

    public static NodeProto? Node(ModelProto model, Random random) => Pick(model.Graph.Node, random);

    public static TensorProto? Tensor(ModelProto model, Random random) =>
        Pick([.. model.Graph.Initializer, .. model.Graph.Node.SelectMany(static n => n.Attribute).Select(static a => a.T).Where(static t => t is not null)], random);

    public static string? AnyName(ModelProto model, Random random)
    {
        string[] names =
        [
            .. model.Graph.Input.Select(static i => i.Name), .. model.Graph.Initializer.Select(static i => i.Name),
            .. model.Graph.Node.SelectMany(static n => n.Output), "nowhere",
        ];
        return names[random.Next(names.Length)];
    }
}

using PomIsa.Onnx.Reading;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>One node with its inputs, for two runtimes.</summary>
/// <param name="Op">Operator, after its domain where that is not the standard's.</param>
/// <param name="Opset">Of the standard domain.</param>
/// <param name="Inputs">Tensors; null where an input is omitted.</param>
/// <param name="Outputs">How many.</param>
/// <param name="Attributes">By name.</param>
internal sealed record OperatorCase(string Op, int Opset, HostTensor?[] Inputs, int Outputs, params (string Name, object Value)[] Attributes)
{
    /// <summary>Inputs that are initializers rather than given when the model runs.</summary>
    public int[] Known { get; init; } = [];

    /// <summary>Outputs that are compared; what lies behind the end of a text in a cache is anything.</summary>
    public int Compared { get; init; } = Outputs;

    /// <summary>How far results may lie apart, relative to the greatest magnitude.</summary>
    public double Tolerance { get; init; } = 2e-5;

    public static string Input(int index) => ((char)('a' + index)).ToString();

    public static string Output(int index) => $"out{index}";

    public byte[] Model()
    {
        var graph = new GraphWriter("", Opset);
        for (int i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i] is not { } tensor)
            {
                continue;
            }

            var type = (Writing.OnnxType)(int)tensor.Type;
            if (Known.Contains(i))
            {
                graph.Weight(Input(i), type, [.. tensor.Shape.Select(static d => (long)d)], OrtTensor.Raw(tensor));
            }
            else
            {
                graph.Input(Input(i), type, [.. tensor.Shape.Select(static d => d.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
            }
        }

        int dot = Op.LastIndexOf('.');
        string[] outputs = [.. Enumerable.Range(0, Outputs).Select(Output)];
        graph.Into(outputs, Op[(dot + 1)..], dot < 0 ? "" : Op[..dot], [.. Inputs.Select(static (t, i) => t is null ? "" : Input(i))], Attributes);
        foreach (string output in outputs)
        {
            graph.Output(output);
        }

        return graph.Model();
    }

    public override string ToString() =>
        $"{Op}-{Opset}({string.Join(", ", Inputs.Select((t, i) => t is null ? "" : $"{OnnxTypes.NameOf(t.Type)}[{string.Join(",", t.Shape)}]{(Known.Contains(i) ? "!" : "")}"))}) {string.Join(" ", Attributes.Select(static a => $"{a.Name}={(a.Value is long[] l ? string.Join(",", l) : a.Value)}"))}";
}

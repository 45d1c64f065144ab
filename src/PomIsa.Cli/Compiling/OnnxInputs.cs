using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Cli.Runs;
using PomIsa.Cli.Tensors;
using PomIsa.Isa;
using PomIsa.Onnx;
using PomIsa.Onnx.Reading;

namespace PomIsa.Cli.Compiling;

/// <summary>Shapes and values of a model's inputs as the user writes them.</summary>
internal static class OnnxInputs
{
    /// <summary>Shapes of inputs by their names, and sizes of open dimensions by theirs.</summary>
    public static (ImmutableDictionary<string, ImmutableArray<int>> Shapes, ImmutableDictionary<string, int> Sizes) Shapes(string[] given, ModelInfo info)
    {
        var shapes = ImmutableDictionary.CreateBuilder<string, ImmutableArray<int>>(StringComparer.Ordinal);
        var sizes = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (string one in given)
        {
            (string name, string text) = Split("--shape", one);
            int[] dims = [.. text.Split([',', 'x'], StringSplitOptions.RemoveEmptyEntries).Select(word =>
                int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int dim) && dim <= Limits.Dimension
                    ? dim : throw CliException.Usage($"--shape {one}: '{word}' is no dimension."))];
            if (info.Inputs.FirstOrDefault(i => i.Name == name) is { } input)
            {
                shapes[name] = input.Shape.IsDefault || input.Shape.Length == dims.Length
                    ? [.. dims] : throw CliException.Usage($"--shape {one}: input {name} has {input.Shape.Length} dimensions, [{string.Join(",", input.Shape)}].");
            }
            else if (dims.Length == 1 && Open(info).Contains(name))
            {
                sizes[name] = dims[0];
            }
            else
            {
                throw CliException.Usage($"--shape {one}: the model has no input or open dimension '{name}'. Inputs: {string.Join(", ", info.Inputs.Select(static i => i.Name))}; open dimensions: {string.Join(", ", Open(info))}.");
            }
        }

        return (shapes.ToImmutable(), sizes.ToImmutable());
    }

    /// <summary>Sizes to try a model with where the user gave none: 1 for what counts sequences of a batch, 8 for anything else.</summary>
    public static string[] Guesses(ModelInfo info, string[] given)
    {
        HashSet<string> named = [.. given.Select(static g => g.Split('=')[0])];
        return [.. Open(info).Where(d => !named.Contains(d)).Select(static d => d.Contains("batch", StringComparison.OrdinalIgnoreCase) || d.EndsWith(".0", StringComparison.Ordinal) ? d + "=1" : d + "=8")];
    }

    /// <summary>Values of inputs that become part of the program.</summary>
    public static ImmutableDictionary<string, HostTensor> Bound(string[] given, ModelInfo info, ImmutableDictionary<string, ImmutableArray<int>> shapes)
    {
        var bound = ImmutableDictionary.CreateBuilder<string, HostTensor>(StringComparer.Ordinal);
        foreach (string one in given)
        {
            (string name, string text) = Split("--bind", one);
            PortInfo input = info.Inputs.FirstOrDefault(i => i.Name == name)
                ?? throw CliException.Usage($"--bind {one}: the model has no input '{name}'; its inputs are {string.Join(", ", info.Inputs.Select(static i => i.Name))}.");
            bound[name] = text.StartsWith('@') ? TensorPath.Read(text[1..]) : Values(one, input, text, shapes);
            if (bound[name].Type != input.Type)
            {
                throw CliException.Usage($"--bind {one}: input {name} is {OnnxTypes.NameOf(input.Type)}, the file holds {OnnxTypes.NameOf(bound[name].Type)}.");
            }
        }

        return bound.ToImmutable();
    }

    private static HostTensor Values(string one, PortInfo input, string text, ImmutableDictionary<string, ImmutableArray<int>> shapes)
    {
        string[] words = text.Split([',', ' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        DType carrier;
        try
        {
            carrier = OnnxTypes.CarrierOf(input.Type);
        }
        catch (Exception e) when (e is not CliException)
        {
            throw CliException.Usage($"--bind {one}: {e.Message}.");
        }

        int size = DTypes.SizeOf(carrier);
        var bytes = new byte[words.Length * size];
        for (int i = 0; i < words.Length; i++)
        {
            string word = carrier == DType.Bool ? words[i] switch { "true" or "True" => "1", "false" or "False" => "0", var other => other } : words[i];
            if (!InputText.TryWrite(carrier, word, bytes.AsSpan(i * size, size)))
            {
                throw CliException.Usage($"--bind {one}: '{words[i]}' is no {OnnxTypes.NameOf(input.Type)}.");
            }
        }

        ImmutableArray<int> shape = shapes.TryGetValue(input.Name, out ImmutableArray<int> given) ? given : Shape(input, words.Length);
        return shape.Aggregate(1L, static (a, b) => a * b) == words.Length
            ? new HostTensor(input.Type, shape, bytes)
            : throw CliException.Usage($"--bind {one}: {words.Length} values do not fill [{string.Join(",", shape)}].");
    }

    /// <summary>The declared shape, its one open dimension being what the number of values leaves.</summary>
    private static ImmutableArray<int> Shape(PortInfo input, int count)
    {
        if (input.Shape.IsDefault)
        {
            return count == 1 ? [] : [count];
        }

        int[] dims = [.. input.Shape.Select(static d => int.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out int dim) ? dim : -1)];
        long known = dims.Where(static d => d >= 0).Aggregate(1L, static (a, b) => a * b);
        int open = dims.Count(static d => d < 0);
        return open == 0 ? [.. dims]
            : open == 1 && known > 0 ? [.. dims.Select(d => d < 0 ? (int)(count / known) : d)]
            : throw CliException.Usage($"Input {input.Name} is [{string.Join(",", input.Shape)}]; give its shape too, with --shape {input.Name}=…");
    }

    private static string[] Open(ModelInfo info) =>
        [.. info.Inputs.SelectMany(static i => i.Open).Distinct(StringComparer.Ordinal)];

    private static (string Name, string Text) Split(string option, string one)
    {
        int equals = one.LastIndexOf('=');
        return equals > 0 && equals + 1 < one.Length ? (one[..equals], one[(equals + 1)..]) : throw CliException.Usage($"{option} takes NAME=VALUE, not '{one}'.");
    }
}

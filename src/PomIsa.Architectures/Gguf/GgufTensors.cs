using Microsoft.Win32.SafeHandles;
using PomIsa.Architectures.Sources;

namespace PomIsa.Architectures.Gguf;

/// <summary>The weights of a GGUF file under Hugging Face's names, in Hugging Face's order.</summary>
internal sealed class GgufTensors : ITensorSource
{
    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, SourceTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorPlace> _places = new(StringComparer.Ordinal);
    private readonly int _interleaved;

    /// <param name="path">The file.</param>
    /// <param name="head">What it says.</param>
    /// <param name="architecture">Its architecture.</param>
    /// <param name="interleaved">Width of a head whose pairs of queries and keys stand side by side; 0: they stand half a head apart.</param>
    public GgufTensors(string path, GgufHead head, string architecture, int interleaved)
    {
        _interleaved = interleaved;
        NormsWithOne = architecture.StartsWith("gemma", StringComparison.Ordinal);
        _file = File.OpenHandle(path);
        foreach (GgufTensor tensor in head.Tensors.Where(static t => !t.Name.StartsWith("rope_f", StringComparison.Ordinal)))
        {
            string name = GgufNames.Translate(architecture, tensor.Name);
            var found = new SourceTensor(name, tensor.Shape, tensor.FormatName);
            _tensors.TryAdd(name, found);
            if (tensor.Format is { } format)
            {
                _places[name] = new TensorPlace(_file, path, head.DataStart + tensor.Offset, format, found.RowLength);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SourceTensor> Tensors => _tensors;

    /// <inheritdoc/>
    public bool InputsFirst => false;

    /// <inheritdoc/>
    public bool NormsWithOne { get; }

    /// <inheritdoc/>
    public void ReadRows(string name, long first, Span<float> values)
    {
        TensorPlace place = _places[name];
        if (_interleaved == 0 || !(name.Contains("self_attn.q_proj", StringComparison.Ordinal) || name.Contains("self_attn.k_proj", StringComparison.Ordinal)))
        {
            place.ReadRows(first, values);
            return;
        }

        if (_tensors[name].Shape.Length == 1)
        {
            var bias = new float[values.Length];
            place.ReadRows(first, bias);
            for (int i = 0; i < bias.Length; i++)
            {
                values[i] = bias[Interleaved(i)];
            }

            return;
        }

        int row = (int)place.RowLength;
        for (int i = 0; i < values.Length / row; i++)
        {
            place.ReadRows(Interleaved(first + i), values.Slice(i * row, row));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Where the file has a row: value b of half a of a head stands at 2b + a.</summary>
    private long Interleaved(long row)
    {
        long within = row % _interleaved, half = _interleaved / 2;
        return row - within + (2 * (within % half)) + (within / half);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using PomIsa.Cli.Models;
using PomIsa.Files;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Onnx.Reading;
using PomIsa.Packaging.Models;

namespace PomIsa.Cli.Tensors;

/// <summary>A tensor that a run put out.</summary>
/// <param name="Name">What it is called: its name in the model, or <c>output N</c>.</param>
/// <param name="Port">Its declaration in a compiled model, or null.</param>
/// <param name="Tensor">The tensor; null where the run gave none of that number.</param>
internal sealed record NamedOutput(string Name, ModelPort? Port, OutputTensor? Tensor)
{
    /// <summary>All outputs of a run, in order.</summary>
    public static IEnumerable<NamedOutput> Of(ImmutableArray<OutputTensor?> outputs, ModelPackage? model) => outputs.Select((tensor, i) =>
    {
        ModelPort? port = model is not null && i < model.Description.Outputs.Length ? model.Description.Outputs[i] : null;
        return new NamedOutput(port?.Name ?? string.Create(CultureInfo.InvariantCulture, $"output {i}"), port, tensor);
    });

    /// <summary>Writes each tensor into a folder as <c>NAME.npy</c>, in the element type that the model gives it.</summary>
    public static void Write(IReadOnlyList<NamedOutput> outputs, string folder)
    {
        Directory.CreateDirectory(folder);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (NamedOutput output in outputs)
        {
            if (output.Tensor is not { } tensor)
            {
                continue;
            }

            string clean = string.Concat(output.Name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')).TrimStart('.');
            clean = clean.Length is 0 or > 120 ? "output" : clean;
            string name = clean;
            for (int n = 2; !names.Add(name); n++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{clean}-{n}");
            }

            (OnnxType type, byte[] raw) = Raw(tensor, output.Port);
            AtomicFile.Write(Path.Combine(folder, name + ".npy"), NpyFile.Write(type, tensor.Shape.AsSpan(), raw));
        }
    }

    /// <summary>Elements in the model's own type, where its values come back exactly; NumPy has no bf16, which is widened.</summary>
    private static (OnnxType Type, byte[] Raw) Raw(OutputTensor tensor, ModelPort? port)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes.AsSpan();
        switch (tensor.Element)
        {
            case DType.F32:
                return (OnnxType.Float, bytes.ToArray());
            case DType.F16:
                return (OnnxType.Float16, bytes.ToArray());
            case DType.BF16:
                return (OnnxType.Float, MemoryMarshal.AsBytes(Array.ConvertAll(
                    MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), static b => BitConverter.UInt32BitsToSingle((uint)b << 16)).AsSpan()).ToArray());
            case DType.Bool:
                return (OnnxType.Bool, bytes.ToArray());
            case DType.I8:
                return (OnnxType.Int8, bytes.ToArray());
        }

        // Narrow and unsigned integers are carried by wider ones, whose low bytes they are.
        OnnxType type = port is not null && Enum.TryParse(port.Type, ignoreCase: true, out OnnxType named) && NpyFile.Has(named) && OnnxTypes.CarrierOf(named) == tensor.Element
            ? named
            : tensor.Element == DType.I64 ? OnnxType.Int64 : OnnxType.Int32;
        int from = DTypes.SizeOf(tensor.Element), to = OnnxTypes.IntegerBits(type) / 8;
        var raw = new byte[bytes.Length / from * to];
        for (int i = 0; i < raw.Length / to; i++)
        {
            bytes.Slice(i * from, to).CopyTo(raw.AsSpan(i * to));
        }

        return (type, raw);
    }
}

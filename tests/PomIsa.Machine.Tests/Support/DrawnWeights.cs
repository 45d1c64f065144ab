using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Shards;

namespace PomIsa.Machine.Tests.Support;

/// <summary>Tensors drawn from a fixed seed, in the forms that weight shards store them in, and the digests that programs are bound to.</summary>
/// <param name="element">Element type of the matrices.</param>
/// <param name="seed">Of the draw.</param>
/// <param name="gain">Of a matrix, about.</param>
internal sealed class DrawnWeights(string element, ulong seed = 0x5eed, float gain = 1.7f) : IWeightCatalog
{
    private readonly Dictionary<string, (WeightBinding Binding, byte[] Bytes)> _weights = [];
    private ulong _seed = seed;

    /// <summary>All tensors so far.</summary>
    public List<TensorData> Tensors { get; } = [];

    public IEnumerable<string> Names => _weights.Keys;

    public WeightBinding? Find(string name) => _weights.GetValueOrDefault(name).Binding;

    /// <summary>A weight's bytes, all that is stored of it.</summary>
    public byte[] this[string name] => _weights[name].Bytes;

    /// <summary>An f32 tensor in rows.</summary>
    public void Rows(string name, params int[] shape)
    {
        TensorData data = TensorData.F32(name, [.. shape.Select(static d => (long)d)], Draw(shape.Aggregate(1, static (a, b) => a * b), 1f));
        Add(DType.F32, [.. shape], WeightLayout.Rows, data);
    }

    /// <summary>A matrix <c>[k, n]</c> in panels.</summary>
    /// <param name="name">Name.</param>
    /// <param name="k">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="other">Another element type than that of the matrices.</param>
    public void Matrix(string name, int k, int n, string? other = null)
    {
        float[] values = Draw(k * n, gain / MathF.Sqrt(k));
        (DType type, TensorData[] parts) = (other ?? element) switch
        {
            "f32" => (DType.F32, [TensorData.F32(name, [n / 16, k, 16], Packed(values, k, n))]),
            "f16" => (DType.F16, [Half(name, "F16", k, n, HalfPrecision.ToF16, Packed(values, k, n))]),
            "bf16" => (DType.BF16, [Half(name, "BF16", k, n, HalfPrecision.ToBF16, Packed(values, k, n))]),
            "w8" => (DType.W8, W8(name, values, k, n)),
            "w4" => (DType.W4, W4(name, values, k, n)),
            _ => throw new ArgumentException($"No weights of {other ?? element} are drawn here."),
        };
        Add(type, [k, n], WeightLayout.Panels16, parts);
    }

    private delegate void Narrowing(ReadOnlySpan<float> x, Span<ushort> y);

    private static TensorData Half(string name, string type, int k, int n, Narrowing narrow, float[] panels)
    {
        var narrowed = new ushort[panels.Length];
        narrow(panels, narrowed);
        return new TensorData(name, type, [n / 16, k, 16], MemoryMarshal.AsBytes<ushort>(narrowed).ToArray());
    }

    private static float[] Packed(float[] values, int k, int n)
    {
        var panels = new float[Panels.Length(k, n)];
        Panels.Pack(values, k, n, panels);
        return panels;
    }

    private static TensorData[] W8(string name, float[] values, int k, int n)
    {
        sbyte[] q = new sbyte[k * n], packed = new sbyte[Panels.Length(k, n)];
        var scales = new float[n];
        Quantize.Columns(values, k, n, q, scales);
        Panels.Pack(q, k, n, packed);
        return [TensorData.I8(name, [n / 16, k / 4, 16, 4], packed), TensorData.F32(name + ".scale", [n], scales)];
    }

    private static TensorData[] W4(string name, float[] values, int k, int n)
    {
        int groups = k / LinearW4.Group;
        var q = new sbyte[k * n];
        byte[] subs = new byte[groups * n], nibbles = new byte[Panels.LengthW4(k, n)], packedSubs = new byte[Panels.LengthSubs(k, n)];
        var scales = new float[n];
        Quantize.ColumnsW4(values, k, n, q, subs, scales);
        Panels.PackW4(q, subs, k, n, nibbles, packedSubs);
        return
        [
            new TensorData(name, "U8", [n / 16, k / 8, 16, 4], nibbles),
            new TensorData(name + ".sub", "U8", [n / 16, groups, 16], packedSubs),
            TensorData.F32(name + ".scale", [n], scales),
        ];
    }

    private void Add(DType type, ImmutableArray<int> shape, WeightLayout layout, params TensorData[] parts)
    {
        Tensors.AddRange(parts);
        byte[] all = [.. parts.SelectMany(static p => p.Bytes.ToArray())];
        _weights[parts[0].Name] = (new WeightBinding(type, shape, layout, Digest.Of(all)), all);
    }

    private float[] Draw(int count, float spread)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            _seed = unchecked((_seed * 6364136223846793005) + 1442695040888963407);
            values[i] = (((_seed >> 40) / 16777216f) - 0.5f) * 2 * spread;
        }

        return values;
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Lowering;

/// <summary>A machine tensor while a model is lowered: known bytes, or a register that an instruction writes.</summary>
internal sealed class Reg
{
    private readonly Func<byte[]>? _bytes;

    private Reg(TensorType type, Func<byte[]>? bytes, int index, ImmutableHashSet<string> unknown) => (Type, _bytes, Index, Unknown) = (type, bytes, index, unknown);

    /// <summary>Element type and dimensions, numbers or symbols.</summary>
    public TensorType Type { get; }

    public DType Element => Type.Element;

    /// <summary>The elements where they are known, else null. Those of a large tensor of the file are read whenever they are asked for.</summary>
    public byte[]? Bytes => _bytes?.Invoke();

    /// <summary>The register, or -1 while the elements are known and nothing has read them from a register.</summary>
    public int Index { get; set; }

    /// <summary>Name in the model of known elements that were not computed, or null.</summary>
    public string? Name { get; private init; }

    /// <summary>Graph inputs that it depends on.</summary>
    public ImmutableHashSet<string> Unknown { get; }

    [MemberNotNullWhen(true, nameof(Bytes))]
    public bool IsConstant => _bytes is not null;

    public int Rank => Type.Rank;

    /// <summary>Dimensions; a symbol stands as its <see cref="SymbolCode"/>.</summary>
    public int[] Shape => [.. Type.Shape.Select(SymbolCode.Of)];

    /// <summary>Number of elements, or -1 where a symbol decides.</summary>
    public int Length => Type.Shape.Any(static d => d.IsSymbol) ? -1 : (int)Type.Elements([]);

    public static Reg OfBytes(DType element, ReadOnlySpan<int> shape, byte[] bytes) => new(SymbolCode.Type(element, shape), () => bytes, -1, []);

    public static Reg OfKnown(KnownTensor tensor, string? name) =>
        new(SymbolCode.Type(OnnxTypes.CarrierOf(tensor.Type), tensor.Shape.AsSpan()), () => tensor.Read().Bytes, -1, []) { Name = name };

    public static Reg OfRegister(TensorType type, int index, ImmutableHashSet<string> unknown) => new(type, null, index, unknown);
}

/// <summary>A value of the model: its type there, and the machine tensor that carries it.</summary>
internal sealed record Val(OnnxType Type, Reg Reg)
{
    public int[] Shape => Reg.Shape;

    public int Rank => Reg.Rank;

    public static Val Of(HostTensor tensor) => new(tensor.Type, Reg.OfBytes(tensor.Carrier, tensor.Shape.AsSpan(), tensor.Bytes));

    public static Val Of(KnownTensor tensor, string? name = null) => new(tensor.Type, Reg.OfKnown(tensor, name));

    /// <summary>The tensor, if its elements are known.</summary>
    public HostTensor? Known => Reg.IsConstant ? new HostTensor(Type, [.. Reg.Shape], Reg.Bytes) : null;
}

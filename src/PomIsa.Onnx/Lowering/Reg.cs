using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Lowering;

/// <summary>A machine tensor while a model is lowered: known bytes, or a register that an instruction writes.</summary>
internal sealed class Reg
{
    private Reg(TensorType type, byte[]? bytes, int index, ImmutableHashSet<string> unknown) => (Type, Bytes, Index, Unknown) = (type, bytes, index, unknown);

    /// <summary>Element type and dimensions, all of them numbers.</summary>
    public TensorType Type { get; }

    public DType Element => Type.Element;

    /// <summary>The elements where they are known, else null.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The register, or -1 while the elements are known and nothing has read them from a register.</summary>
    public int Index { get; set; }

    /// <summary>Graph inputs that it depends on.</summary>
    public ImmutableHashSet<string> Unknown { get; }

    [MemberNotNullWhen(true, nameof(Bytes))]
    public bool IsConstant => Bytes is not null;

    public int Rank => Type.Rank;

    public int[] Shape => [.. Type.Shape.Select(static d => d.Value)];

    public int Length => (int)Type.Elements([]);

    public static Reg OfBytes(DType element, ReadOnlySpan<int> shape, byte[] bytes) =>
        new(TensorType.Of(element, [.. shape.ToArray().Select(Dim.Of)]), bytes, -1, []);

    public static Reg OfRegister(TensorType type, int index, ImmutableHashSet<string> unknown) => new(type, null, index, unknown);
}

/// <summary>A value of the model: its type there, and the machine tensor that carries it.</summary>
internal sealed record Val(OnnxType Type, Reg Reg)
{
    public int[] Shape => Reg.Shape;

    public int Rank => Reg.Rank;

    public static Val Of(HostTensor tensor) => new(tensor.Type, Reg.OfBytes(tensor.Carrier, tensor.Shape.AsSpan(), tensor.Bytes));

    /// <summary>The tensor, if its elements are known.</summary>
    public HostTensor? Known => Reg.IsConstant ? new HostTensor(Type, [.. Reg.Shape], Reg.Bytes) : null;
}

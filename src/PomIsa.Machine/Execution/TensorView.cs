using System.Runtime.CompilerServices;
using PomIsa.Isa;
using PomIsa.Machine.Operations;

namespace PomIsa.Machine.Execution;

/// <summary>A register's bytes with its dimensions at this moment. Rank 0 to 4, row-major, no gaps.</summary>
internal readonly unsafe struct TensorView
{
    private readonly byte* _data;
    private readonly Dimensions _dims;

    public TensorView(byte* data, TensorType type, ReadOnlySpan<long> symbols)
    {
        _data = data;
        Element = type.Element;
        Rank = type.Rank;
        long length = 1;
        for (int axis = 0; axis < Rank; axis++)
        {
            _dims[axis] = (int)type.Shape[axis].At(symbols);
            length *= _dims[axis];
        }

        Length = (int)length;
        Bytes = (int)(length * DTypes.SizeOf(Element));
    }

    public DType Element { get; }

    public int Rank { get; }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>Bytes.</summary>
    public int Bytes { get; }

    /// <summary>First dimension; 1 for a scalar.</summary>
    public int Rows => Rank == 0 ? 1 : _dims[0];

    /// <summary>Elements of one row.</summary>
    public int Columns => Rows == 0 ? 0 : Length / Rows;

    public Span<float> F32 => new(_data, Length);

    public Span<int> I32 => new(_data, Length);

    public Span<byte> Raw => new(_data, Bytes);

    /// <summary>The rows of one piece, as f32.</summary>
    public Span<float> F32Rows(Pieces pieces, int piece)
    {
        int columns = Columns, from = pieces.From(piece);
        return new Span<float>((float*)_data + ((long)from * columns), (pieces.To(piece) - from) * columns);
    }

    public void CopyDimensions(Span<int> destination)
    {
        for (int axis = 0; axis < Rank; axis++)
        {
            destination[axis] = _dims[axis];
        }
    }

    public int Dimension(int axis) => _dims[axis];

    [InlineArray(4)]
    private struct Dimensions
    {
        private int _first;
    }
}

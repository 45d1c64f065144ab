using System.Runtime.CompilerServices;
using PomIsa.Isa;
using PomIsa.Machine.Operations;

namespace PomIsa.Machine.Execution;

/// <summary>A register's bytes with its dimensions at this moment. Rank 0 to 8, row-major, no gaps.</summary>
internal readonly unsafe struct TensorView
{
    private readonly byte* _data;
    private readonly Dimensions _dims;

    public TensorView(byte* data, TensorType type, ReadOnlySpan<long> symbols)
    {
        _data = data;
        Element = type.Element;
        Rank = type.Rank;
        long rows = 1;
        for (int axis = 0; axis < Rank; axis++)
        {
            _dims[axis] = (int)type.Shape[axis].At(symbols);
            rows *= axis < Rank - 1 ? _dims[axis] : 1;
        }

        Rows = (int)rows;
        Columns = Rank == 0 ? 1 : _dims[Rank - 1];
        long length = rows * Columns;
        Length = (int)length;
        Bytes = (int)(length * DTypes.SizeOf(Element));
    }

    private TensorView(in TensorView like, byte* data)
    {
        this = like;
        _data = data;
    }

    public DType Element { get; }

    public int Rank { get; }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>Bytes.</summary>
    public int Bytes { get; }

    /// <summary>Slices along the last axis: the product of all dimensions but the last.</summary>
    public int Rows { get; }

    /// <summary>Elements of one row: the last dimension; 1 for a scalar.</summary>
    public int Columns { get; }

    /// <summary>The first dimension; 1 for a scalar.</summary>
    public int First => Rank == 0 ? 1 : _dims[0];

    /// <summary>The first byte.</summary>
    public byte* Data => _data;

    public Span<float> F32 => new(_data, Length);

    public Span<int> I32 => new(_data, Length);

    public Span<long> I64 => new(_data, Length);

    public Span<byte> Raw => new(_data, Bytes);

    /// <summary>All elements.</summary>
    public Span<T> As<T>()
        where T : unmanaged => new(_data, Length);

    /// <summary>The rows of one piece.</summary>
    public Span<T> RowsOf<T>(Pieces pieces, int piece)
        where T : unmanaged
    {
        int from = pieces.From(piece);
        return new Span<T>((T*)_data + ((long)from * Columns), (pieces.To(piece) - from) * Columns);
    }

    /// <summary>The rows of one piece, as f32.</summary>
    public Span<float> F32Rows(Pieces pieces, int piece)
    {
        int columns = Columns, from = pieces.From(piece);
        return new Span<float>((float*)_data + ((long)from * columns), (pieces.To(piece) - from) * columns);
    }

    /// <summary>The same dimensions over other memory.</summary>
    public TensorView Over(byte* data) => new(this, data);

    public void CopyDimensions(Span<int> destination)
    {
        for (int axis = 0; axis < Rank; axis++)
        {
            destination[axis] = _dims[axis];
        }
    }

    public int Dimension(int axis) => _dims[axis];

    /// <summary>Product of all dimensions but the last <paramref name="trailing"/>.</summary>
    public int Leading(int trailing)
    {
        long product = 1;
        for (int axis = 0; axis < Rank - trailing; axis++)
        {
            product *= _dims[axis];
        }

        return (int)product;
    }

    [InlineArray(Limits.Rank)]
    private struct Dimensions
    {
        private int _first;
    }
}

using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Execution;

/// <summary>A product of quantized rows with a weight, and where what it comes to is wanted.</summary>
internal readonly unsafe struct ProductRows
{
    /// <summary>Bytes, <c>[T,K]</c>.</summary>
    public byte* Q { get; init; }

    /// <summary>0x80 where they are stored as q + 128, else 0.</summary>
    public byte Flip { get; init; }

    /// <summary>Whether they are those of the product before.</summary>
    public bool AreSame { get; init; }

    public required BoundWeight Weight { get; init; }

    /// <summary>T.</summary>
    public int Rows { get; init; }

    /// <summary>K.</summary>
    public int Depth { get; init; }

    /// <summary>N.</summary>
    public int Columns { get; init; }

    /// <summary>i32, <c>[T,N]</c>; null where nobody wants the sums.</summary>
    public int* Sums { get; init; }

    /// <summary>The rows' scales, f32[T]; null where the sums are all that the product gives.</summary>
    public float* Scales { get; init; }

    /// <summary>Where the values go that follow from sums, the rows' scales and the weight's: f32, <c>[T,N]</c>; null where the sums are all, or <see cref="Greatest"/> is.</summary>
    public float* Values { get; init; }

    /// <summary>Where it goes at which column the greatest value of each row is, as <c>argmax</c> has it: i32[T]; null where that is not what is wanted of the values.</summary>
    public int* Greatest { get; init; }
}

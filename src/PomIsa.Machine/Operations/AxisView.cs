using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>A tensor around one of its axes: <c>[Outer, Dimension, Inner]</c>.</summary>
internal readonly struct AxisView
{
    public AxisView(in TensorView view, int axis)
    {
        (Outer, Dimension, Inner) = (1, view.Dimension(axis), 1);
        for (int i = 0; i < view.Rank; i++)
        {
            Outer *= i < axis ? view.Dimension(i) : 1;
            Inner *= i > axis ? view.Dimension(i) : 1;
        }

        InnerBytes = Inner * DTypes.SizeOf(view.Element);
    }

    /// <summary>Product of the dimensions before the axis.</summary>
    public int Outer { get; }

    /// <summary>The axis's dimension.</summary>
    public int Dimension { get; }

    /// <summary>Product of the dimensions behind the axis.</summary>
    public int Inner { get; }

    public int InnerBytes { get; }
}

using System.Runtime.CompilerServices;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Cuts a result into runs that meet either as many neighbours of a second operand or one value of it (spec/numerics.md, 5.1).</summary>
internal readonly struct Runs
{
    private readonly Axes _dimensions;
    private readonly Axes _steps;
    private readonly int _axes;

    private Runs(Axes dimensions, Axes steps, int axes, int length, int count, bool isOne)
    {
        (_dimensions, _steps, _axes) = (dimensions, steps, axes);
        (Length, Count, IsOne) = (length, count, isOne);
    }

    /// <summary>Elements of one run.</summary>
    public int Length { get; }

    /// <summary>Runs.</summary>
    public int Count { get; }

    /// <summary>Whether a run meets one value of the second operand rather than neighbours.</summary>
    public bool IsOne { get; }

    /// <summary>The runs of <paramref name="y"/> where <paramref name="second"/>, aligned at the last axis, has 1 or the same in each dimension.</summary>
    public static Runs Of(in TensorView y, in TensorView second)
    {
        int axes = y.Rank, missing = y.Rank - second.Rank;
        int length = 1, inner = axes, last = axes - 1;
        while (last > 0 && y.Dimension(last) == 1)
        {
            last--;
        }

        bool isOne = Other(second, last - missing) != y.Dimension(last);

        // The longest tail of axes that the second operand has in full, or has not at all.
        for (; inner > 0; inner--)
        {
            int own = y.Dimension(inner - 1), other = Other(second, inner - 1 - missing);
            if (own != 1 && isOne != (other != own))
            {
                break;
            }

            length *= own;
        }

        Axes dimensions = default, steps = default;
        int step = isOne ? 1 : length;
        for (int axis = inner - 1; axis >= 0; axis--)
        {
            int other = Other(second, axis - missing);
            dimensions[axis] = y.Dimension(axis);
            steps[axis] = other == 1 ? 0 : step;
            step *= other;
        }

        return new Runs(dimensions, steps, inner, length, length == 0 ? 0 : y.Length / length, isOne);
    }

    /// <summary>Where the second operand's part of a run begins.</summary>
    public int Second(int run)
    {
        int at = 0;
        for (int axis = _axes - 1; axis >= 0; axis--)
        {
            at += run % _dimensions[axis] * _steps[axis];
            run /= _dimensions[axis];
        }

        return at;
    }

    private static int Other(in TensorView second, int axis) => axis < 0 ? 1 : second.Dimension(axis);

    [InlineArray(Limits.Rank)]
    private struct Axes
    {
        private int _first;
    }
}

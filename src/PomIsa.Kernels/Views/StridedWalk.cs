using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>Walks the positions of a shape in row-major order, run by run, and keeps where two tensors of other strides stand.</summary>
/// <remarks>Axes that both tensors pass in one go are joined first, so that a run is as long as it can be. No division.</remarks>
internal struct StridedWalk
{
    /// <summary>Axes at most.</summary>
    public const int MostAxes = 8;

    private readonly int _outer;
    private readonly Axes _sizes;
    private readonly Axes _first;
    private readonly Axes _second;
    private Axes _index;

    /// <param name="shape">What is walked; a dimension of 0 gives no runs.</param>
    /// <param name="first">For each axis, elements between neighbours in the first tensor; 0 where it has one for all.</param>
    /// <param name="second">The same of the second tensor.</param>
    public StridedWalk(ReadOnlySpan<int> shape, ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        if (shape.Contains(0))
        {
            return;
        }

        int axes = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int size = shape[axis];
            if (size == 1)
            {
                continue;
            }

            bool joins = axes > 0 && _first[axes - 1] == size * first[axis] && _second[axes - 1] == size * second[axis];
            axes += joins ? 0 : 1;
            _sizes[axes - 1] = joins ? _sizes[axes - 1] * size : size;
            _first[axes - 1] = first[axis];
            _second[axes - 1] = second[axis];
        }

        _outer = Math.Max(axes - 1, 0);
        Run = axes == 0 ? 1 : _sizes[_outer];
        (FirstStep, SecondStep) = (_first[_outer], _second[_outer]);
        Count = 1;
        for (int axis = 0; axis < _outer; axis++)
        {
            Count *= _sizes[axis];
        }
    }

    /// <summary>Runs in all.</summary>
    public int Count { get; }

    /// <summary>Positions of one run.</summary>
    public int Run { get; }

    /// <summary>Elements between neighbours of a run in the first tensor.</summary>
    public int FirstStep { get; }

    /// <summary>Elements between neighbours of a run in the second tensor.</summary>
    public int SecondStep { get; }

    /// <summary>Where the run begins in the first tensor.</summary>
    public int First { get; private set; }

    /// <summary>Where the run begins in the second tensor.</summary>
    public int Second { get; private set; }

    /// <summary>Goes on to the next run.</summary>
    public void Next()
    {
        for (int axis = _outer - 1; axis >= 0; axis--)
        {
            First += _first[axis];
            Second += _second[axis];
            if (++_index[axis] < _sizes[axis])
            {
                return;
            }

            First -= _first[axis] * _sizes[axis];
            Second -= _second[axis] * _sizes[axis];
            _index[axis] = 0;
        }
    }

    /// <summary>Elements between neighbours of each axis of a tensor that lies without gaps.</summary>
    public static void Steps(ReadOnlySpan<int> shape, Span<int> steps)
    {
        int step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            steps[axis] = step;
            step *= Math.Max(shape[axis], 1);
        }
    }

    /// <summary>The same of one that broadcasts to <paramref name="shape"/>: 0 where it has one value for the whole axis.</summary>
    /// <exception cref="ArgumentException">It does not: a dimension is neither 1 nor the same.</exception>
    public static void Broadcast(ReadOnlySpan<int> from, ReadOnlySpan<int> shape, Span<int> steps)
    {
        int missing = shape.Length - from.Length, step = 1;
        Shape.Require(missing >= 0, "more axes than there are to broadcast to");
        steps[..missing].Clear();
        for (int axis = from.Length - 1; axis >= 0; axis--)
        {
            Shape.Require(from[axis] == 1 || from[axis] == shape[missing + axis], "a dimension is neither 1 nor the same");
            steps[missing + axis] = from[axis] == 1 ? 0 : step;
            step *= Math.Max(from[axis], 1);
        }
    }

    [InlineArray(MostAxes)]
    private struct Axes
    {
        private int _element;
    }
}

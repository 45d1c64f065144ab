using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Machine.Execution;

/// <summary>What a run gives its host by <c>output</c>: of each number the last tensor. A slot that is given as much again allocates nothing.</summary>
internal sealed class RunOutputs
{
    private readonly Slot?[] _slots = new Slot?[Limits.Outputs];

    /// <summary>Output <paramref name="n"/> is this from now on.</summary>
    public void Set(int n, in TensorView view) => (_slots[n] ??= new Slot()).Set(view);

    /// <summary>All outputs up to the last one that was given; null where none was.</summary>
    public ImmutableArray<OutputTensor?> ToImmutable()
    {
        int count = Array.FindLastIndex(_slots, static slot => slot is not null) + 1;
        return [.. _slots.Take(count).Select(static slot => slot?.ToTensor())];
    }

    private sealed class Slot
    {
        private readonly int[] _shape = new int[Limits.Rank];
        private byte[] _bytes = [];
        private int _length;
        private int _rank;
        private DType _element;

        public void Set(in TensorView view)
        {
            (_element, _rank, _length) = (view.Element, view.Rank, view.Bytes);
            view.CopyDimensions(_shape);
            _bytes = _bytes.Length < _length ? new byte[_length] : _bytes;
            view.Raw.CopyTo(_bytes);
        }

        public OutputTensor ToTensor() => new(_element, [.. _shape[.._rank]], [.. _bytes[.._length]]);
    }
}

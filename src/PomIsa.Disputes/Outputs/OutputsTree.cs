using PomIsa.Evidence.Trees;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Disputes.Outputs;

/// <summary>The tree over all outputs of a run: leaf s belongs to the record with sequence s. Spec: spec/evidence.md, chapter 13.</summary>
/// <remarks>The leaves' data is kept, some fifty bytes a record; hashes above single leaves are kept for each 256 of them.</remarks>
public sealed class OutputsTree : IRangeRoots
{
    private readonly List<LeafGroup> _groups = [];

    /// <summary>How many leaves there are.</summary>
    public ulong Leaves { get; private set; }

    /// <summary>The root over all.</summary>
    public Digest Root => Leaves == 0 ? Merkle.EmptyRoot : RootOf(0, Leaves);

    /// <summary>Executes a run, and commits to everything that it puts out.</summary>
    /// <param name="program">The program with its weights.</param>
    /// <param name="request">What the run was given.</param>
    /// <param name="pool">Threads to execute and to hash with.</param>
    /// <param name="leaves">How many leaves are wanted: as many records from the opening one on. Fewer come where the run has fewer.</param>
    public static OutputsTree Of(BoundProgram program, RunRequest request, WorkerPool pool, ulong leaves)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(pool);
        var tree = new OutputsTree();
        tree.Add([]);
        if (leaves > 1)
        {
            var observer = new OutputsObserver(tree, pool, leaves, request.Privacy);
            using var interpreter = new Interpreter(program, request, pool, observer);
            bool ended = interpreter.TryRun(out _); // it is stopped at the last one; where it ends before, what is missing is missing
            observer.Flush();
            if (tree.Leaves < leaves && (ended || request.StopAfter is not null))
            {
                tree.Add(observer.Closing(interpreter.Response));
            }
        }

        return tree;
    }

    /// <summary>The data of a leaf.</summary>
    /// <param name="sequence">Of its record.</param>
    public ReadOnlySpan<byte> Leaf(ulong sequence) => _groups[(int)(sequence / LeafGroup.Full)][(int)(sequence % LeafGroup.Full)];

    /// <inheritdoc/>
    public Digest RootOf(ulong first, ulong count)
    {
        (int group, int within) = ((int)(first / LeafGroup.Full), (int)(first % LeafGroup.Full));
        if (within + (long)count <= LeafGroup.Full)
        {
            return within == 0 && (int)count == _groups[group].Count ? _groups[group].Root : _groups[group].RootOf(within, (int)count);
        }

        // A range as the tree's splits make them that is longer than a group consists of groups.
        var roots = new Digest[(count + LeafGroup.Full - 1) / LeafGroup.Full];
        for (int i = 0; i < roots.Length; i++)
        {
            roots[i] = _groups[group + i].Root;
        }

        return Merkle.Root(roots);
    }

    /// <summary>Another tree of the same leaves, some of them changed.</summary>
    internal OutputsTree With(Func<ulong, byte[], byte[]> change)
    {
        var tree = new OutputsTree();
        for (ulong i = 0; i < Leaves; i++)
        {
            tree.Add(change(i, Leaf(i).ToArray()));
        }

        return tree;
    }

    internal void Add(ReadOnlySpan<byte> data)
    {
        if (Leaves % LeafGroup.Full == 0)
        {
            _groups.Add(new LeafGroup());
        }

        _groups[^1].Add(data);
        Leaves++;
    }

    /// <summary>Takes the roots of full groups from one on, on all threads.</summary>
    /// <returns>The first group that is not full.</returns>
    internal int Seal(WorkerPool pool, int from)
    {
        int full = (int)(Leaves / LeafGroup.Full);
        pool.Run(full - from, new Roots(_groups, from));
        return full;
    }

    private readonly struct Roots(List<LeafGroup> groups, int from) : IWork
    {
        public void Item(int item, int worker) => _ = groups[from + item].Root;
    }
}

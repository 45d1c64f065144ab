using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Keeping;

/// <summary>Cuts a log's entries into the parts that are kept of it: ranges that end at a <c>commit</c>; openings, closings and <c>emit</c>s in full.</summary>
/// <param name="marks">The numbers of the two opcodes.</param>
/// <param name="take">Is given each part, in order.</param>
public sealed class RootsCutter(KeepMarks marks, Action<KeptPart> take)
{
    private readonly Digest[] _leaves = new Digest[KeptRoots.GroupSize];
    private ulong _first;
    private int _count;

    /// <summary>Entries taken.</summary>
    public ulong Size => _first + (ulong)_count;

    /// <summary>Takes the next entry.</summary>
    public void Append(ReadOnlySpan<byte> entry)
    {
        Retire? retire = Record.TryDecode(entry, out Record record, out _) ? record as Retire : null;
        if (retire is null || retire.Head.Opcode == marks.Emit)
        {
            Cut();
            take(KeptPart.OfEntry(_first, entry));
            _first++;
            return;
        }

        _leaves[_count++] = Merkle.LeafHash(entry);
        if (retire.Head.Opcode == marks.Commit || Size % KeptRoots.GroupSize == 0)
        {
            Cut();
        }
    }

    /// <summary>Ends the last range.</summary>
    public void Cut()
    {
        if (_count > 0)
        {
            take(KeptPart.OfRange(_first, _leaves.AsSpan(0, _count)));
            (_first, _count) = (_first + (ulong)_count, 0);
        }
    }
}

/// <summary>Numbers of the opcodes by which a log is cut; Evidence knows nothing else of instructions.</summary>
/// <param name="Emit">Of <c>emit</c>.</param>
/// <param name="Commit">Of <c>commit</c>.</param>
public readonly record struct KeepMarks(ushort Emit, ushort Commit);

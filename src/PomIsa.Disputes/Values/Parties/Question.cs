using System.Diagnostics.CodeAnalysis;
using PomIsa.Disputes.Values.Openings;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>What is asked of the accused.</summary>
internal enum QuestionKind : byte
{
    /// <summary>Roots of ranges of the tree over a tensor's rows, or over a row's blocks.</summary>
    Ranges = 1,

    /// <summary>Some blocks of a tensor, with their paths.</summary>
    Blocks = 2,

    /// <summary>The signed root over the cells of an element.</summary>
    Claim = 3,

    /// <summary>Roots of ranges of the tree over cells.</summary>
    CellRanges = 4,

    /// <summary>Some blocks of cells, with their paths.</summary>
    Cells = 5,

    /// <summary>The signed root over all outputs of the record's run, up to the record's.</summary>
    Outputs = 6,

    /// <summary>Roots of ranges of the tree over the run's outputs.</summary>
    OutputRanges = 7,

    /// <summary>One leaf of that tree.</summary>
    Leaf = 8,
}

/// <summary>A question about a record's output. Bytes: spec/evidence.md, chapter 13.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Index">Log index of the record; about the outputs of a run, of the record that is in dispute.</param>
/// <param name="Output">Which of its outputs.</param>
/// <param name="Element">Which element; for ranges of blocks, which row; <see cref="Rows"/> for the tree over rows; of a leaf, its number.</param>
/// <param name="Level">Ranges have 2^level leaves.</param>
/// <param name="From">The first range.</param>
/// <param name="Count">How many.</param>
/// <param name="Places">Rows and blocks; of cells, blocks alone.</param>
internal sealed record Question(QuestionKind Kind, ulong Index, int Output, ulong Element, int Level, ulong From, int Count, (ulong Row, ulong Block)[] Places)
{
    /// <summary>Ranges in one answer at most.</summary>
    public const int MostRanges = 256;

    /// <summary>Blocks in one answer at most.</summary>
    public const int MostPlaces = 64;

    /// <summary>Asks for the tree over a tensor's rows.</summary>
    public const ulong Rows = ulong.MaxValue;

    public byte[] ToBytes()
    {
        var to = new ByteSink();
        to.Byte((byte)Kind);
        to.Long(Index);
        to.Byte(Output);
        to.Long(Element);
        to.Byte(Level);
        to.Long(From);
        to.Short(Count);
        to.Short(Places.Length);
        foreach ((ulong row, ulong block) in Places)
        {
            to.Long(row);
            to.Long(block);
        }

        return to.ToArray();
    }

    /// <summary>Reads a question that may be anyone's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Question? question)
    {
        var from = new Cursor(bytes);
        var kind = (QuestionKind)from.Byte();
        ulong index = from.Long();
        int output = from.Byte();
        ulong element = from.Long();
        int level = from.Byte();
        ulong first = from.Long();
        int count = from.Short();
        var places = new (ulong, ulong)[from.Count(2 * sizeof(ulong))];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = (from.Long(), from.Long());
        }

        bool sound = from.IsDone && kind is >= QuestionKind.Ranges and <= QuestionKind.Leaf && level < 63 && first < 1UL << 62 && count <= MostRanges && places.Length <= MostPlaces;
        question = sound ? new Question(kind, index, output, element, level, first, count, places) : null;
        return sound;
    }
}

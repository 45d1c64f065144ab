using System.Collections.Frozen;
using PomIsa.Disputes.Values.Cells;
using PomIsa.Isa;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>How an element of an opcode's output follows from its operands.</summary>
/// <param name="s">The instruction.</param>
/// <param name="output">Which of its outputs (<see cref="Subject.Outputs"/>); 0 for a scalar.</param>
/// <param name="element">Row-major number of the element; of a product, among its scales and sums; 0 for a scalar.</param>
internal delegate Derivation Derive(Subject s, int output, long element);

/// <summary>The derivations of all opcodes whose output follows from tensors. Spec: spec/evidence.md, chapter 13.</summary>
internal static class DerivationTable
{
    private static readonly FrozenDictionary<string, Derive> All = new (string, Derive)[][]
    {
        Moves.All, Products.All, Quantizing.All, RowFolds.All, Orders.All, Attentions.All, Windows.All,
    }.SelectMany(static list => list).ToFrozenDictionary(static pair => pair.Item1, static pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>Whether an opcode's output is settled by its elements. What else there is follows from scalars and places alone.</summary>
    public static bool Has(OpcodeRow row) => All.ContainsKey(row.Mnemonic) || IsElementWise(row) || row.CommittedOperand >= 0;

    /// <summary>The derivation of one element.</summary>
    /// <exception cref="NotBroughtException">The opcode has none.</exception>
    public static Derivation Of(Subject s, int output, long element) =>
        s.Row.CommittedOperand >= 0 && output == s.Recorded ? Recorded(s, element)
        : All.TryGetValue(s.Row.Mnemonic, out Derive? derive) ? derive(s, output, element)
        : IsElementWise(s.Row) ? ElementWise(s, element)
        : throw new NotBroughtException($"{s.Row.Mnemonic} has no derivation");

    /// <summary>What a product multiplies, and what <c>output</c> gives, is what the instruction read.</summary>
    private static Derivation Recorded(Subject s, long element) =>
        s.Row.CommitsToQuantizedRows ? Quantizing.Rows(s, element) : Derivation.Of(r => r.Read(s.Row.CommittedOperand, element));

    /// <summary>Whether each element follows from one of each operand, by the opcode itself.</summary>
    private static bool IsElementWise(OpcodeRow row) => row.Family == Family.ElementWise || row.Mnemonic is "cast" or "where";

    private static long Place(Subject s, int operand, int written, long element) =>
        s.Row.Operands[operand].Shape == "~" ? Axes.Broadcast(s.Shape(operand), s.Shape(written), element) : element;

    /// <summary>One element of each operand, those that are broadcast at their places, by the machine's own kernels.</summary>
    private static Derivation ElementWise(Subject s, long element)
    {
        int written = s.Written(0);
        return Derivation.Of(r =>
        {
            Span<ulong> read = stackalloc ulong[4];
            int count = 0;
            for (int i = 0; i < s.Row.Operands.Length; i++)
            {
                if (i != written)
                {
                    read[count++] = r.Read(i, Place(s, i, written, element));
                }
            }

            return r.Execute(read[..count]);
        });
    }
}

using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x70 to 0x7f: the response, the record of it, and the draw of its tokens.</summary>
internal static class EvidenceRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0x70, "emit", 1, Family.Text, "the response gains the token pop") with { Emits = 1 },
        Row(0x71, "commit", 0, Family.Evidence, "closes the records since the last one under the tree"),
        Row(Opcode.Sample, "sample", 1, Family.Text, "push the token drawn from x for the position pop") with
        {
            Operands = [Read("x", "1,V", DType.F32)],
            Pushes = 1,
            Work = static d => 4 * d["V"],
            InferResult = ReduceRows.NotEmpty,
        },
    ];

    private static OpcodeRow Row(byte code, string mnemonic, int pops, Family family, string synopsis) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = NoOperands,
        Immediates = NoImmediates,
        Pops = pops,
        Pushes = 0,
        Family = family,
        Allowed = FunctionKinds.Driver,
        Synopsis = synopsis,
        Work = NoWork,
        Since = 1,
        InferResult = Infer.Unify,
    };
}

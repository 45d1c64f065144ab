using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa.Rows;

namespace PomIsa.Isa;

/// <summary>Every opcode, in code order: the table that encoder, decoder, verifier, assembler and machine read.</summary>
public static class InstructionTable
{
    /// <summary>Version of the instruction set.</summary>
    public const int Version = 1;

    /// <summary>All rows in ascending code.</summary>
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        .. ((ImmutableArray<OpcodeRow>)[
            .. ControlRows.All,
            .. ScalarRows.All,
            .. HostRows.All,
            .. MoveRows.All,
            .. ElementWiseRows.All,
            .. ReduceRows.All,
            .. NetworkRows.All,
            .. QuantizedRows.All,
            .. AttentionRows.All,
            .. WindowRows.All,
            .. StateRows.All,
            .. EvidenceRows.All,
            .. ElementWiseRows.More,
            .. CompareRows.All,
            .. ViewRows.All,
        ]).OrderBy(static row => row.Code),
    ];

    private static readonly FrozenDictionary<string, OpcodeRow> ByMnemonic =
        All.ToFrozenDictionary(row => row.Mnemonic, StringComparer.Ordinal);

    private static readonly ImmutableArray<OpcodeRow?> ByCode = Index();

    /// <summary>The row of a mnemonic.</summary>
    public static bool TryFind(string mnemonic, [NotNullWhen(true)] out OpcodeRow? row) =>
        ByMnemonic.TryGetValue(mnemonic, out row);

    /// <summary>The row of a code.</summary>
    public static bool TryFind(byte code, [NotNullWhen(true)] out OpcodeRow? row)
    {
        row = ByCode[code];
        return row is not null;
    }

    private static ImmutableArray<OpcodeRow?> Index()
    {
        var rows = new OpcodeRow?[256];
        foreach (OpcodeRow row in All)
        {
            rows[row.Code] = row;
        }

        return [.. rows];
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa.Rows;

namespace PomIsa.Isa;

/// <summary>Every opcode, in code order: the table that encoder, decoder, verifier, assembler and machine read.</summary>
public static class InstructionTable
{
    /// <summary>Version of the instruction set.</summary>
    public const int Version = 1;

    // By plain loops and dictionary: each process that touches a program begins with this table.
    private static readonly OpcodeRow?[] ByCode = Index(
    [
        ControlRows.All,
        ScalarRows.All,
        HostRows.All,
        MoveRows.All,
        ElementWiseRows.All,
        ReduceRows.All,
        NetworkRows.All,
        QuantizedRows.All,
        AttentionRows.All,
        WindowRows.All,
        StateRows.All,
        EvidenceRows.All,
        ElementWiseRows.More,
        CompareRows.All,
        ViewRows.All,
    ]);

    /// <summary>All rows in ascending code.</summary>
    public static ImmutableArray<OpcodeRow> All { get; } = Present(ByCode);

    private static readonly Dictionary<string, OpcodeRow> ByMnemonic = Named(All);

    /// <summary>The row of a mnemonic.</summary>
    public static bool TryFind(string mnemonic, [NotNullWhen(true)] out OpcodeRow? row) =>
        ByMnemonic.TryGetValue(mnemonic, out row);

    /// <summary>The row of a code.</summary>
    public static bool TryFind(byte code, [NotNullWhen(true)] out OpcodeRow? row)
    {
        row = ByCode[code];
        return row is not null;
    }

    private static OpcodeRow?[] Index(ImmutableArray<OpcodeRow>[] chapters)
    {
        var rows = new OpcodeRow?[256];
        foreach (ImmutableArray<OpcodeRow> chapter in chapters)
        {
            foreach (OpcodeRow row in chapter)
            {
                rows[row.Code] = rows[row.Code] is { } other ? throw new UnreachableException($"{other} and {row} have one code.") : row;
            }
        }

        return rows;
    }

    private static ImmutableArray<OpcodeRow> Present(OpcodeRow?[] rows)
    {
        var present = ImmutableArray.CreateBuilder<OpcodeRow>(rows.Length);
        foreach (OpcodeRow? row in rows)
        {
            if (row is not null)
            {
                present.Add(row);
            }
        }

        return present.ToImmutable();
    }

    private static Dictionary<string, OpcodeRow> Named(ImmutableArray<OpcodeRow> rows)
    {
        var named = new Dictionary<string, OpcodeRow>(rows.Length, StringComparer.Ordinal);
        foreach (OpcodeRow row in rows)
        {
            named.Add(row.Mnemonic, row);
        }

        return named;
    }
}

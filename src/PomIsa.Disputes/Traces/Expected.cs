using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Disputes.Traces;

/// <summary>The record that a path comes to, as far as it is known.</summary>
internal ref struct Expected
{
    public uint Step { get; init; }

    public int Function { get; init; }

    public int Offset { get; init; }

    /// <summary>Tokens emitted before; the records of a private run say so.</summary>
    public int Tokens { get; init; }

    public required OpcodeRow Row { get; init; }

    /// <summary>Commitments that it holds.</summary>
    public int Commitments { get; init; }

    /// <summary>Symbols that it names.</summary>
    public ReadOnlySpan<int> Symbols { get; init; }

    /// <summary>A value for each symbol of the module, -1 where it is not known.</summary>
    public ReadOnlySpan<long> Values { get; init; }

    /// <summary>The scalars that it holds. Those that are not known are taken from the record.</summary>
    public Span<Scalar> Scalars { get; init; }

    /// <summary>What in a record is another than expected; None if nothing is.</summary>
    /// <param name="actual">The record.</param>
    /// <param name="scalars">Its scalars; none where they are hidden.</param>
    /// <param name="what">What it is.</param>
    public readonly FaultKind Compare(Retire actual, ReadOnlySpan<long> scalars, out string what)
    {
        what = "";
        RetireHead head = actual.Head;
        if (head.Step != Step || head.Function != Function || head.Offset != (uint)Offset || head.Opcode != Row.Code)
        {
            what = FormattableString.Invariant(
                $"it is opcode 0x{head.Opcode:x2} at {head.Function}:{head.Offset} of step {head.Step} where {Row.Mnemonic} at {Function}:{Offset} of step {Step} follows");
            return FaultKind.Place;
        }

        if (actual.IsPrivate && head.Tokens != Tokens)
        {
            what = FormattableString.Invariant($"it says that {head.Tokens} tokens were emitted before it where {Tokens} were");
            return FaultKind.Place;
        }

        return CompareSymbols(actual, out what) ? CompareOutputs(actual, scalars, out what) : FaultKind.Symbols;
    }

    private readonly bool CompareSymbols(Retire actual, out string what)
    {
        what = FormattableString.Invariant($"it names {actual.Symbols.Length} symbols where {Symbols.Length} are bound");
        if (actual.Symbols.Length != Symbols.Length)
        {
            return false;
        }

        for (int i = 0; i < Symbols.Length; i++)
        {
            SymbolChange change = actual.Symbols[i];
            long value = Values[Symbols[i]];
            if (change.Index != Symbols[i] || (value >= 0 && change.Value != value))
            {
                what = FormattableString.Invariant($"it gives symbol {change.Index} the value {change.Value} where symbol {Symbols[i]} has {value}");
                return false;
            }
        }

        return true;
    }

    private readonly FaultKind CompareOutputs(Retire actual, ReadOnlySpan<long> opened, out string what)
    {
        int tensors = actual.Commitments.Length + (actual.SaltsScalars ? 0 : actual.Salted.Length);
        int scalars = actual.Scalars.Length + (actual.SaltsScalars ? actual.Salted.Length : 0);
        what = FormattableString.Invariant($"it holds {tensors} commitments and {scalars} scalars where {Row.Mnemonic} has {Commitments} and {Scalars.Length}");
        if (tensors != Commitments || scalars != Scalars.Length)
        {
            return FaultKind.Outputs;
        }

        for (int i = 0; i < Math.Min(opened.Length, scalars); i++)
        {
            if (!Scalars[i].IsKnown)
            {
                Scalars[i] = Scalar.Of(opened[i]);
            }
            else if (Scalars[i].Value != opened[i])
            {
                what = FormattableString.Invariant($"it holds {opened[i]} where {Scalars[i].Value} follows");
                return FaultKind.Scalars;
            }
        }

        return FaultKind.None;
    }
}

namespace PomIsa.Assembly;

/// <summary>The rule of spec/assembly.md that a mistake breaks, by its number and in a few words.</summary>
public static class DiagnosticRules
{
    /// <summary>Such as <c>rule 7: names are unique within their kind</c>; null where the message itself is the rule.</summary>
    public static string? Of(DiagnosticCode code) => code switch
    {
        DiagnosticCode.Syntax => "rule 1: one line is one statement, as the grammar has it",
        DiagnosticCode.UnknownDirective => "rule 28: a directive is one of those listed",
        DiagnosticCode.UnclosedBlock or DiagnosticCode.StrayEnd => "rule 18: blocks with a dot end with '.end'",
        DiagnosticCode.Misplaced => "rule 29: instructions stand in functions, declarations outside",
        DiagnosticCode.SourceTooLong or DiagnosticCode.TooDeep or DiagnosticCode.TooManyLines or DiagnosticCode.TooManyErrors
            => "rule 23: what is too large is refused",
        DiagnosticCode.IncludeNotFound or DiagnosticCode.IncludeCycle => "rule 30: an included file is there and does not include itself",
        DiagnosticCode.UnknownConstant or DiagnosticCode.UnknownType or DiagnosticCode.UnknownDefine
            => "rule 6: constants, types and aliases are declared above their use",
        DiagnosticCode.UnknownMnemonic => "rule 15: an instruction is one of the table or an alias above",
        DiagnosticCode.UnknownRegister => "rule 16: a register is made by the first line that writes it",
        DiagnosticCode.UnknownWeight or DiagnosticCode.UnknownState or DiagnosticCode.UnknownInput or DiagnosticCode.UnknownFunction
            => "rule 6: what is used is declared somewhere",
        DiagnosticCode.UnknownSymbol => "rule 8: a dimension is an expression or a symbol",
        DiagnosticCode.UnknownLocal => "rule 17: '.local' stands above the use",
        DiagnosticCode.Duplicate => "rule 7: names are unique within their kind",
        DiagnosticCode.BadName => "rules 3 and 4: what a name may hold",
        DiagnosticCode.BadDoc => "rule 2: what a doc comment may hold",
        DiagnosticCode.BadNumber or DiagnosticCode.OutOfRange => "rules 12 to 14: numbers have one value, which fits",
        DiagnosticCode.Overflow or DiagnosticCode.DivisionByZero => "rules 12 and 13: results are exact whole numbers or finite f32",
        DiagnosticCode.OperandCount or DiagnosticCode.OperandKind => "rule 15: the operands are those of the instruction's row",
        DiagnosticCode.Inference => "rule 16: a register's type follows from the instruction, or is written",
        DiagnosticCode.Shape => "rule 8: what a type may be",
        DiagnosticCode.WeightMismatch => "rule 9: a weight is what the shards hold",
        DiagnosticCode.NoEntry => "rule 31: a program has one entry",
        DiagnosticCode.Refused => null, // the message names the verifier's fault, spec/faults.md
        _ => null,
    };
}

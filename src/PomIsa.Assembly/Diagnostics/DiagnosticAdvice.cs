namespace PomIsa.Assembly;

/// <summary>What helps against a mistake where nothing is known but its kind.</summary>
public static class DiagnosticAdvice
{
    /// <summary>A suggestion for any mistake of this kind.</summary>
    public static string For(DiagnosticCode code) => code switch
    {
        DiagnosticCode.Syntax => "a line is one declaration or one instruction, its operands separated by commas",
        DiagnosticCode.UnknownDirective => "directives are: .module .include .const .type .alias .symbol .input .weight .state .repeat .step .driver .reg .local .entry .end",
        DiagnosticCode.UnclosedBlock => "write '.end' on a line of its own after its last line",
        DiagnosticCode.StrayEnd => "loops and ifs inside a function end with 'end', without a dot",
        DiagnosticCode.Misplaced => "instructions, .reg and .local stand in functions, all else outside",
        DiagnosticCode.SourceTooLong => "keep weights out of the source: in shards, or as data of fewer bytes",
        DiagnosticCode.TooDeep => "split the line, or the file, into several",
        DiagnosticCode.TooManyLines => "repeat less often, or call a step several times instead",
        DiagnosticCode.TooManyErrors => "mend the first ones; others may follow from them",
        DiagnosticCode.IncludeNotFound => "paths are relative to the file with the .include, and lead to no folder above the first file's",
        DiagnosticCode.IncludeCycle => "move what both need into a third file",
        DiagnosticCode.UnknownConstant => "declare it above this line: .const NAME value",
        DiagnosticCode.UnknownType => "types are f32 f16 bf16 i8 i32 i64 bool, for weights w8 w4 too, and what .type names above",
        DiagnosticCode.UnknownMnemonic => "spec/generated/opcodes.md lists all instructions",
        DiagnosticCode.UnknownRegister => "nothing above writes it",
        DiagnosticCode.UnknownWeight => "declare it: .weight name f32[rows, columns]",
        DiagnosticCode.UnknownState => "declare it: .state name f32[S, width] max rows",
        DiagnosticCode.UnknownInput => "declare it: .input name i32[P]",
        DiagnosticCode.UnknownFunction => "functions begin with a line such as .step name or .driver name",
        DiagnosticCode.UnknownSymbol => "declare it: .symbol T max 512, or .const T 512 where it never varies",
        DiagnosticCode.UnknownLocal => "declare it above: .local name",
        DiagnosticCode.UnknownDefine => "a define takes the place of a .const of the same name",
        DiagnosticCode.Duplicate => "give one of them another name",
        DiagnosticCode.BadName => "a name is letters, digits and _, in parts joined by dots; others are quoted",
        DiagnosticCode.BadDoc => "shorten the comment, or begin its lines with one ';'",
        DiagnosticCode.BadNumber => "whole numbers are 12 or 0x1f, f32 are 0.1, 1e-5, 0x1.8p3 or bits:0x3f800000",
        DiagnosticCode.Overflow => "whole numbers lie in -2^63 to 2^63, f32 are finite",
        DiagnosticCode.DivisionByZero => "the divisor is 0 with the values that its constants have here",
        DiagnosticCode.OutOfRange => "the message tells what is possible here",
        DiagnosticCode.OperandCount => "results come first, immediates last; the instruction's page in spec/ops tells all",
        DiagnosticCode.OperandKind => "the instruction's page in spec/ops tells what each operand is",
        DiagnosticCode.Inference => "declare the result's type: name: f32[T, 8]",
        DiagnosticCode.Shape => "a dimension is a whole number or a symbol",
        DiagnosticCode.WeightMismatch => "declare it as the weights have it, or bind it to others",
        DiagnosticCode.NoEntry => "add a line: .entry main",
        DiagnosticCode.Refused => "spec/faults.md explains each fault",
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}

namespace PomIsa.Assembly;

/// <summary>What is wrong with a source text. Numbers are stable, printed as <c>A101</c>; listed in spec/assembly.md.</summary>
public enum DiagnosticCode
{
    // Text: characters, lines, blocks.
    Syntax = 101,
    UnknownDirective = 102,
    UnclosedBlock = 103,
    StrayEnd = 104,
    Misplaced = 105,
    SourceTooLong = 106,
    TooDeep = 107,
    TooManyLines = 108,
    TooManyErrors = 109,

    // Includes.
    IncludeNotFound = 120,
    IncludeCycle = 121,

    // Names.
    UnknownConstant = 201,
    UnknownType = 202,
    UnknownMnemonic = 203,
    UnknownRegister = 204,
    UnknownWeight = 205,
    UnknownState = 206,
    UnknownInput = 207,
    UnknownFunction = 208,
    UnknownSymbol = 209,
    UnknownLocal = 210,
    UnknownDefine = 211,
    Duplicate = 212,
    BadName = 213,
    BadDoc = 214,

    // Values.
    BadNumber = 301,
    Overflow = 302,
    DivisionByZero = 303,
    OutOfRange = 304,

    // Operands and types.
    OperandCount = 401,
    OperandKind = 402,
    Inference = 403,
    Shape = 404,
    WeightMismatch = 405,

    // The whole program.
    NoEntry = 501,
    Refused = 502,
}

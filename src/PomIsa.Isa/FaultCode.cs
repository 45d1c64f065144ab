namespace PomIsa.Isa;

/// <summary>Stable fault numbers: the high byte is the stage (1 malformed, 2 invalid, 3 trap, 4 exhausted).</summary>
public enum FaultCode : ushort
{
    None = 0,

    // The bytes are not a module.
    BadMagic = 0x0101,
    BadVersion = 0x0102,
    UnexpectedEnd = 0x0103,
    BadNumber = 0x0104,
    SectionOrder = 0x0105,
    UnknownSection = 0x0106,
    SectionLength = 0x0107,
    EmptySection = 0x0108,
    MissingSection = 0x0109,
    TooMany = 0x010a,
    BadType = 0x010b,
    BadText = 0x010c,
    UnknownOpcode = 0x010d,
    BadIndex = 0x010e,
    BadValue = 0x010f,
    ModuleTooLarge = 0x0110,

    // A module that breaks a rule.
    IndexOutOfRange = 0x0201,
    OperandCount = 0x0202,
    BadSymbol = 0x0203,
    DuplicateName = 0x0204,
    LimitExceeded = 0x0205,
    TypeMismatch = 0x0206,
    ShapeMismatch = 0x0207,
    ReadBeforeWrite = 0x0208,
    UnboundSymbol = 0x0209,
    StackUnderflow = 0x020a,
    StackImbalance = 0x020b,
    Nesting = 0x020c,
    UnboundedLoop = 0x020d,
    CallCycle = 0x020e,
    UnreachableCode = 0x020f,
    MissingReturn = 0x0210,
    WrongFunctionKind = 0x0211,
    BadEntry = 0x0212,
    BadLayout = 0x0213,
    UnsupportedType = 0x0214,
    BadImmediate = 0x0215,
    PartialAppend = 0x0216,
    AttentionBeforeAppend = 0x0217,
    SymbolMaximum = 0x0218,
    WriteToParameter = 0x0219,
    UnknownRegisterType = 0x021a,
    DuplicateOperand = 0x021b,
    UnboundWeight = 0x021c,
    SymbolBoundTwice = 0x021d,
    BadState = 0x021e,
    BadInput = 0x021f,
    BadRegister = 0x0220,
    BadWeight = 0x0221,
    BadSignature = 0x0222,
    BadData = 0x0223,

    // A verified program met data that it can't work with.
    TokenOutOfRange = 0x0301,
    TailTooLong = 0x0302,
    IdOutOfRange = 0x0303,
    EmptyInput = 0x0304,
    InputRows = 0x0305,
    StatesDisagree = 0x0306,
    ShardMismatch = 0x0307,
    DivisionByZero = 0x0308,
    ElementOutOfRange = 0x0309,
    SliceOutOfRange = 0x030a,

    // A bound or a limit was reached.
    LoopBound = 0x0401,
    StateFull = 0x0402,
    TableExceeded = 0x0403,
    InputTooLong = 0x0404,
    BoundOverflow = 0x0405,
    BoundTooCostly = 0x0406,
    HostLimit = 0x0407,
    Stopped = 0x0408,
}

/// <summary>Facts that follow from a code's number.</summary>
public static class FaultCodes
{
    /// <summary>The stage that a code belongs to.</summary>
    public static Stage Stage(this FaultCode code) => (Stage)(((int)code >> 8) - 1);
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using static PomIsa.Isa.FaultCode;

namespace PomIsa.Isa;

/// <summary>Text and advice of every fault code, in the codes' order; spec/generated/faults.md comes from it.</summary>
public static class FaultTable
{
    /// <summary>All rows.</summary>
    public static ImmutableArray<FaultRow> All { get; } =
    [
        new(BadMagic, "the file does not begin with \\0pis", "Give a module made by `asm`."),
        new(BadVersion, "the module has another format version", "Assemble it with the tools of this version."),
        new(UnexpectedEnd, "the bytes end too early", "The file was cut; fetch or assemble it again."),
        new(BadNumber, "a number is not in its shortest LEB128 form, or out of range", "Encode it with as few bytes as possible."),
        new(SectionOrder, "sections or texts are not in ascending order, or one comes twice", "Write each once, in ascending order."),
        new(UnknownSection, "there is no such section", "Custom sections have ids from 0x80."),
        new(SectionLength, "a section or a body is longer than its content", "Its length must match exactly."),
        new(EmptySection, "a section is there but holds nothing", "Leave it out."),
        new(MissingSection, "a required section is missing", "Functions, code and entry must be there."),
        new(TooMany, "a count is over its limit", "spec/generated/limits.md lists the limits."),
        new(BadType, "no such element type, rank, layout or kind", "spec/bytecode.md lists the values."),
        new(BadText, "a name is empty, not UTF-8, or has control characters", "Rename it."),
        new(UnknownOpcode, "there is no such opcode", "The module may need a newer instruction set."),
        new(BadIndex, "an index names nothing", "It must be below the count of its section."),
        new(BadValue, "a number is out of range here", "See the section in spec/bytecode.md."),
        new(ModuleTooLarge, "the module is over its size limit", "Weights belong into shards, not into the module."),

        new(IndexOutOfRange, "an operand names nothing", "It must be below the count of what it names."),
        new(OperandCount, "the number of operands is not the opcode's", "See the opcode's page."),
        new(BadSymbol, "a symbol's maximum is out of range", "Give a maximum from 1 to the limit."),
        new(DuplicateName, "two weights have one name", "A w8 weight X also takes the name X.scale; rename one."),
        new(LimitExceeded, "a limit is exceeded", "spec/generated/limits.md lists the limits."),
        new(TypeMismatch, "the element type does not fit", "See the opcode's page for the types that it takes."),
        new(ShapeMismatch, "the shape does not fit", "Letters in the opcode's shapes must stand for the same dimension."),
        new(ReadBeforeWrite, "a register is read before it is written on every path", "Write it first, outside the loop or in both branches."),
        new(UnboundSymbol, "a symbol has no value here", "`input`, a parameter or a state must bind it first."),
        new(StackUnderflow, "the stack has too few scalars", "Push what the opcode pops."),
        new(StackImbalance, "the stack is not as deep as where the block began, or not empty at `ret`", "Balance pushes and pops; use `drop` or a local."),
        new(Nesting, "loop, if, else, end and brk do not match", "Close every block once, and leave loops only from inside."),
        new(UnboundedLoop, "a loop has no bound", "Give `loop` a maximum of at least 1."),
        new(CallCycle, "calls form a cycle", "Use a loop; functions cannot call themselves, not even indirectly."),
        new(UnreachableCode, "nothing reaches this instruction", "Remove it."),
        new(MissingReturn, "the end of the function is reached", "End it with `ret` or `halt`."),
        new(WrongFunctionKind, "the opcode may not stand in this kind of function", "Steps hold tensor code and `ret`; drivers hold control, scalars, input and calls."),
        new(BadEntry, "the entry is no driver without parameters and results", "Name such a driver with `.entry`."),
        new(BadLayout, "the weight's layout or size does not fit", "Panels need N in multiples of 16, w8 also K in multiples of 4, w4 of 32; vectors and tables lie in rows."),
        new(UnsupportedType, "weights of this type do not lie in panels", "Panels hold f32, f16, bf16, w8 and w4; declare it in rows."),
        new(BadImmediate, "an immediate is out of range", "See the opcode's page."),
        new(PartialAppend, "a step must append the same rows to every state of a symbol exactly once, or write all of them so, or change none", "Append to each of them once, or write each of them once; read before that."),
        new(AttentionBeforeAppend, "attention reads a state to which this step has not appended the rows of q", "Append keys and values before `attention`."),
        new(SymbolMaximum, "a dimension can be greater than its symbol's maximum", "Raise the symbol's maximum, or lower the other one."),
        new(WriteToParameter, "a parameter is written", "Parameters stay as they are; use another register."),
        new(UnknownRegisterType, "the register has no type yet", "Write it first, or declare it with `.reg`."),
        new(DuplicateOperand, "one register stands twice where the opcode can't work in place", "Use another register for the result."),
        new(UnboundWeight, "a weight has no digest", "Bind the module to a weights manifest before a run."),
        new(SymbolBoundTwice, "a symbol is bound in two ways in one function", "Use one symbol for parameters, another for states and inputs."),
        new(BadState, "a state's declaration is out of range", "Row of rank 1 to 7, at least one row, 2 GiB at most."),
        new(BadInput, "an input's declaration is out of range", "Only its first dimension may be a symbol; 2 GiB at most."),
        new(BadRegister, "a register's type is out of range", "Rank 0 to 8, known symbols, 2 GiB at most."),
        new(BadWeight, "a weight's declaration is out of range", "It needs a name, rank 0 to 8, dimensions from 1, 2 GiB at most."),
        new(BadSignature, "a function's counts are out of range", "Steps have no locals; registers include parameters and results."),
        new(BadData, "a weight inside the module has not the size or the digest that its declaration says", "Assemble it again."),

        new(TokenOutOfRange, "the scalar is no token id", "`token` and `emit` take 0 to 2^31 - 1."),
        new(TailTooLong, "there are fewer rows than `tail` asks for", "Give a longer input."),
        new(IdOutOfRange, "a token id is beyond the table", "The tokenizer and the weights must belong together."),
        new(EmptyInput, "an input has no rows", "Give at least one row."),
        new(InputRows, "an input's rows or type are not what the module declares", "Inputs that share a symbol have equal rows."),
        new(StatesDisagree, "states of one symbol have different numbers of rows", "Reset all of them, or none."),
        new(ShardMismatch, "a weight's bytes have another digest", "Fetch the shards that the module was bound to."),
        new(DivisionByZero, "a whole number is divided by zero", "Keep zeros out of the divisor, with `where` if need be."),
        new(ElementOutOfRange, "an index is beyond the axis", "Indices run from -d to d - 1, d being the axis's dimension."),
        new(SliceOutOfRange, "a slice reaches beyond the axis", "Give a longer input, or take fewer rows."),

        new(LoopBound, "the trip count is negative or over the loop's bound", "Raise the bound or lower the count."),
        new(StateFull, "a state has no room for the rows", "Shorten the input or raise the state's maximum."),
        new(TableExceeded, "a position is beyond the rotary table", "Shorten the input or use a longer table."),
        new(InputTooLong, "an input has more rows than its symbol allows", "Shorten the input or raise the symbol's maximum."),
        new(BoundOverflow, "a worst case does not fit in 64 bits", "Lower loop bounds or symbol maxima."),
        new(BoundTooCostly, "the bounds of all call sites take too long to sum", "Call fewer functions with different sizes."),
        new(HostLimit, "a bound is more than the host allows", "`check` prints the bounds."),
        new(Stopped, "the host stopped the run", "Run it again."),
    ];

    private static readonly FrozenDictionary<FaultCode, FaultRow> ByCode = All.ToFrozenDictionary(row => row.Code);

    /// <summary>The row of a code.</summary>
    /// <exception cref="KeyNotFoundException">Not a code of the table.</exception>
    public static FaultRow Of(FaultCode code) => ByCode[code];
}

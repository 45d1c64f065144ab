namespace PomIsa.Isa;

/// <summary>Every limit of the module format and the verifier, in one place. spec/generated/limits.md lists them.</summary>
public static class Limits
{
    /// <summary>Bytes of a module.</summary>
    public const int ModuleBytes = 64 << 20;

    /// <summary>Symbols of a module.</summary>
    public const int Symbols = 64;

    /// <summary>Greatest maximum of a symbol.</summary>
    public const int SymbolMaximum = 1 << 24;

    /// <summary>Weights of a module.</summary>
    public const int Weights = 1 << 16;

    /// <summary>States of a module.</summary>
    public const int States = 1 << 12;

    /// <summary>Host inputs of a module.</summary>
    public const int Inputs = 64;

    /// <summary>Functions of a module.</summary>
    public const int Functions = 1 << 12;

    /// <summary>Registers of one function.</summary>
    public const int Registers = 1 << 13;

    /// <summary>Registers of all functions together.</summary>
    public const int RegistersInAll = 1 << 19;

    /// <summary>Parameters, and results, of one function.</summary>
    public const int Parameters = 64;

    /// <summary>Scalar locals of one function.</summary>
    public const int Locals = 256;

    /// <summary>Instructions of all functions together.</summary>
    public const int Instructions = 1 << 20;

    /// <summary>Scalars on the stack of one function.</summary>
    public const int Stack = 256;

    /// <summary>Loops and ifs inside each other in one function.</summary>
    public const int Nesting = 64;

    /// <summary>Functions active at once, the entry included.</summary>
    public const int CallDepth = 16;

    /// <summary>Dimensions of a tensor.</summary>
    public const int Rank = 8;

    /// <summary>Greatest constant dimension.</summary>
    public const int Dimension = 1 << 28;

    /// <summary>Bytes of one register or one state at the symbols' maxima, dimensions of 0 counted as 1.</summary>
    public const long TensorBytes = int.MaxValue;

    /// <summary>Bytes of all weights that travel inside a module; larger ones belong into shards.</summary>
    public const int DataBytes = 1 << 20;

    /// <summary>Greatest bound of a loop.</summary>
    public const uint LoopBound = uint.MaxValue;

    /// <summary>Bytes of a name in UTF-8.</summary>
    public const int NameBytes = 256;

    /// <summary>Bytes of one doc comment in UTF-8.</summary>
    public const int TextBytes = 1 << 16;

    /// <summary>Source files that positions may name.</summary>
    public const int SourceFiles = 1 << 10;

    /// <summary>Greatest line or column of a source position.</summary>
    public const int SourceLine = 1 << 24;

    /// <summary>Faults reported of one module; what follows is left out.</summary>
    public const int Faults = 100;

    /// <summary>Operands, registers and instructions visited while the bounds of all call sites are summed.</summary>
    public const int BoundVisits = 1 << 22;

    /// <summary>Greatest K of a w8 weight: K · 127 · 127 stays below 2^31.</summary>
    public const int W8Rows = 133_144;

    /// <summary>Greatest K of a w4 weight: K · 127 · 8 · 63 stays below 2^31.</summary>
    public const int W4Rows = 33_536;

    /// <summary>Greatest K of a w8 weight that meets any bytes: K · 128 · 127 stays below 2^31.</summary>
    public const int W8RowsOfBytes = 132_104;

    /// <summary>Greatest K of a w4 weight that meets any bytes: K · 128 · 8 · 63 stays below 2^31.</summary>
    public const int W4RowsOfBytes = 33_288;

    /// <summary>Greatest width of an attention's head.</summary>
    public const int HeadDim = 1 << 16;

    /// <summary>Tensors that a run gives its host.</summary>
    public const int Outputs = 64;

    /// <summary>Greatest stride, pad, dilation or kernel of a window.</summary>
    public const int WindowMove = 1 << 16;

    /// <summary>Assembler: UTF-16 units of source, all included files together.</summary>
    public const int SourceLength = 1 << 23;

    /// <summary>Assembler: files open inside one another through .include.</summary>
    public const int IncludeDepth = 16;

    /// <summary>Assembler: files read, each counted as often as it is included.</summary>
    public const int Includes = 256;

    /// <summary>Assembler: lines after all .repeat are written out; an empty turn of a .repeat counts as one.</summary>
    public const int ExpandedLines = 1 << 18;

    /// <summary>Assembler: blocks open inside one another.</summary>
    public const int BlockDepth = 16;

    /// <summary>Assembler: parentheses open inside one another in one line.</summary>
    public const int ParenthesisDepth = 64;

    /// <summary>Assembler: diagnostics kept; what follows is dropped and the last one says so.</summary>
    public const int Diagnostics = 200;
}

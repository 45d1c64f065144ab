namespace PomIsa.Isa;

/// <summary>Which stage refused, and so who is to blame.</summary>
public enum Stage : byte
{
    /// <summary>The bytes are not a module.</summary>
    Malformed,

    /// <summary>A module, but one that breaks a rule of the verifier.</summary>
    Invalid,

    /// <summary>A verified program met data that it can't work with.</summary>
    Trap,

    /// <summary>A bound or a limit was reached.</summary>
    Exhausted,
}

/// <summary>Why a program was refused. Codes are stable and listed in spec/faults.md; text is for people only.</summary>
/// <param name="Stage">Who is to blame.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="At">Byte offset in the module (Malformed) or instruction index (all other stages); -1: the declaration.</param>
/// <param name="Function">Index of the function, or -1 if the fault lies outside code.</param>
/// <param name="Subject">What the code speaks of: position of the operand, register, weight, state, symbol…; -1: nothing.</param>
public readonly record struct Fault(Stage Stage, FaultCode Code, int At, int Function = -1, int Subject = -1)
{
    /// <summary>A fault of the decoder at a byte offset.</summary>
    public static Fault Malformed(FaultCode code, int at) => new(Stage.Malformed, code, at);

    /// <summary>A fault whose stage follows from the code.</summary>
    public static Fault Of(FaultCode code, int at, int function = -1, int subject = -1) =>
        new(code.Stage(), code, at, function, subject);
}

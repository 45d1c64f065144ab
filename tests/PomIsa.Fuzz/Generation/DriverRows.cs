using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Rows of the table that may stand in drivers.</summary>
internal static class DriverRows
{
    /// <summary>Those of tensors.</summary>
    public static OpcodeRow[] Tensors { get; } = [.. InstructionTable.All.Where(static r =>
        (r.Allowed & FunctionKinds.Driver) != 0 && r.Family is not (Family.Control or Family.Scalar))];

    /// <summary>Those that take one or two scalars and give one.</summary>
    public static OpcodeRow[] Scalars { get; } = [.. InstructionTable.All.Where(static r => r.Family == Family.Scalar && r is { Pushes: 1, Pops: 1 or 2 })];
}

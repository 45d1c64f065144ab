using PomIsa.Disputes.Values;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>A driver with the values that its symbols have for a while.</summary>
/// <param name="Frame">Number of the driver's activation on its path.</param>
/// <param name="Function">The driver.</param>
/// <param name="Symbols">A value for each symbol of the module, -1 where it is not known. Never changed in place.</param>
internal sealed record DriverScope(int Frame, VerifiedFunction Function, long[] Symbols);

/// <summary>Records of a driver that follow one another in the log as their instructions do in the function.</summary>
/// <param name="Index">Index in the log of the first.</param>
/// <param name="Scope">The driver.</param>
/// <param name="Offset">The first instruction.</param>
internal readonly record struct DriverStretch(ulong Index, DriverScope Scope, int Offset) : IAtIndex;

/// <summary>A register of a driver was written.</summary>
/// <param name="Index">Index in the log of the record that did.</param>
/// <param name="Frame">Number of the driver's activation.</param>
/// <param name="Register">The register.</param>
/// <param name="Origin">What its tensor comes from.</param>
internal readonly record struct RegisterWrite(ulong Index, int Frame, int Register, Origin Origin) : IAtIndex;

/// <summary>What a <c>token</c> or a <c>sample</c> popped.</summary>
/// <param name="Index">Index in the log of its record.</param>
/// <param name="Value">What it popped.</param>
internal readonly record struct PoppedScalar(ulong Index, Scalar Value) : IAtIndex;

/// <summary>A step that was called.</summary>
/// <param name="Index">Index in the log of the <c>call</c>.</param>
/// <param name="Callee">The step.</param>
/// <param name="Step">Its number in the run.</param>
/// <param name="Symbols">Values of the symbols in it.</param>
/// <param name="Arguments">What wrote each argument.</param>
/// <param name="States">How many changes of states lie before it.</param>
internal readonly record struct CalledStep(ulong Index, int Callee, uint Step, long[] Symbols, Origin[] Arguments, int States) : IAtIndex;

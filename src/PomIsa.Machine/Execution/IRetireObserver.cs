namespace PomIsa.Machine.Execution;

/// <summary>Where an instruction retired.</summary>
/// <param name="Step">Step functions entered so far.</param>
/// <param name="Function">Function.</param>
/// <param name="Instruction">Index in the function.</param>
internal readonly record struct RetirePlace(uint Step, int Function, int Instruction);

/// <summary>A symbol with its new value.</summary>
internal readonly record struct SymbolValue(int Symbol, long Value);

/// <summary>Sees every instruction as it retires, before its outputs can be overwritten.</summary>
internal interface IRetireObserver
{
    /// <summary>Whether quantized products are to leave their sums in <see cref="OpContext.Product"/>; they need not be stored for anyone else.</summary>
    bool WantsSums => false;

    /// <summary>The context's instruction retires; false with a reason ends the run.</summary>
    bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal);
}

/// <summary>Sees every instruction before it executes, too: for stepping.</summary>
internal interface IStepObserver : IRetireObserver
{
    /// <summary>The context's instruction is about to execute in a frame; false with a reason ends the run.</summary>
    bool TryBegin(RetirePlace place, Frame frame, OpContext context, out string refusal);
}

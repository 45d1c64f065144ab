using PomIsa.Isa;

namespace PomIsa.Machine.Execution;

/// <summary>Gives what quantized products come to instead of the machine: for an auditor, who is told it and tests it, and for a machine that is meant to err.</summary>
internal interface IProductSource
{
    /// <summary>Writes the sums and the values of a product, as far as they are wanted; false: they are to be computed.</summary>
    /// <param name="context">The instruction that multiplies.</param>
    /// <param name="product">What is multiplied.</param>
    /// <param name="code">None, or what ends the run.</param>
    bool TryTake(OpContext context, in ProductRows product, out FaultCode code);
}

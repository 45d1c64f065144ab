namespace PomIsa.Isa;

/// <summary>What a fault code means to a person.</summary>
/// <param name="Code">The code.</param>
/// <param name="Text">What is wrong, as the rest of a sentence that names the place.</param>
/// <param name="Advice">What to do.</param>
public sealed record FaultRow(FaultCode Code, string Text, string Advice);

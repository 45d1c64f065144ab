namespace PomIsa.Conformance.Running;

/// <summary>The machine under test did what no machine may do: a bug of it, whatever it was given.</summary>
internal sealed class MachineBugException(string message) : Exception(message);

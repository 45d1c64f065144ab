namespace PomIsa.Conformance.Protocol;

/// <summary>JSON that can't be understood, or asks for what can't be done; the text goes back to who sent it.</summary>
public sealed class RequestException(string message) : Exception(message);

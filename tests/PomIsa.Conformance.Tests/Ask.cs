using System.Text;
using PomIsa.Conformance.Protocol;

namespace PomIsa.Conformance.Tests;

/// <summary>Requests as text to a session, and its answers as text.</summary>
internal static class Ask
{
    public static string[] All(params string[] requests)
    {
        using var session = new Session(1, CancellationToken.None);
        return [.. requests.Select(r => Encoding.UTF8.GetString(session.Answer(Encoding.UTF8.GetBytes(r)).Span))];
    }

    public static string One(string request) => All(request)[0];
}

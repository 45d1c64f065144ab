using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Conformance.Tests;

/// <summary>Requests that are nearly right: each gets an answer, none ends the session.</summary>
public sealed class HostileTests
{
    private static readonly string[] Pieces =
        ["", "-1", "4294967296", "9223372036854775807", "1e999", "null", "[]", "{}", "\"\"", "\"\\ud800\"", "true", "[[[[", "]", "}", ",", ":", "\"f16\"", "\"w4\"", "\"bool\"", "0", "2147483647"];

    [Fact]
    public void Changed_requests_get_answers()
    {
        ImmutableArray<VectorCase> cases = VectorFolder.Read(VectorFolder.Find(AppContext.BaseDirectory)!, []);
        VectorCase[] small = [.. cases.Where(static c => !c.IsProgram && c.Json.GetRawText().Length < 700)];
        var random = new Random(1);
        using var session = new Session(1, CancellationToken.None);
        for (int i = 0; i < 4000; i++)
        {
            byte[] request = Encoding.UTF8.GetBytes(Changed(Request(small[random.Next(small.Length)]), random));
            using JsonDocument answer = JsonDocument.Parse(session.Answer(request));
            Assert.Equal(JsonValueKind.Object, answer.RootElement.ValueKind);
        }
    }

    /// <summary>The request that a tester would send, written on one line.</summary>
    private static string Request(VectorCase one)
    {
        string given = JsonSerializer.Serialize(one.Json.EnumerateObject().Where(static p => p.Name is not ("name" or "expect")).ToDictionary(static p => p.Name, static p => p.Value));
        string into = one.Json.GetProperty("expect").TryGetProperty("writes", out JsonElement writes) ? $", \"into\": {writes.GetRawText()}" : "";
        return $"{{\"id\": 1, \"op\": \"execute\", \"opcode\": \"{one.Group}\"{into}{(given.Length > 2 ? ", " + given[1..^1] : "")}}}";
    }

    private static string Changed(string text, Random random)
    {
        for (int changes = random.Next(3); changes >= 0; changes--)
        {
            int at = random.Next(text.Length), length = Math.Min(random.Next(12), text.Length - at);
            text = random.Next(3) switch
            {
                // A whole number or word is replaced, so that the request stays JSON more often than not.
                0 => Replaced(text, at, Pieces[random.Next(Pieces.Length)]),
                1 => text.Remove(at, length),
                _ => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
            };
        }

        return text;
    }

    private static string Replaced(string text, int at, string piece)
    {
        int start = at, end = at;
        while (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
        {
            start--;
        }

        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        return text[..start] + piece + text[end..];
    }
}

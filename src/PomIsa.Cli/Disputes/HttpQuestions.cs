using PomIsa.Disputes.Protocol;

namespace PomIsa.Cli.Disputes;

/// <summary>Asks a party over HTTP to open a value.</summary>
internal sealed class HttpQuestions : IDisposable
{
    private const int Tries = 3;

    private readonly HttpClient _client;

    /// <param name="prefix">The party's URL.</param>
    public HttpQuestions(string prefix) => _client = new HttpClient
    {
        BaseAddress = new Uri(prefix.EndsWith('/') ? prefix : prefix + "/"),
        Timeout = TimeSpan.FromMinutes(2), // it may have to execute the run first
        MaxResponseContentBufferSize = RunAnswers.MaxAnswerBytes,
    };

    /// <summary>The answer; null where there is none.</summary>
    /// <remarks>A connection that breaks is not silence, by which a party forfeits: the question, which changes nothing, is asked again.</remarks>
    public byte[]? Ask(byte[] question)
    {
        for (int left = Tries; left > 0; left--)
        {
            try
            {
                return Send(question);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
            }
            catch (TaskCanceledException)
            {
                return null; // it had its time
            }
        }

        return null;
    }

    public void Dispose() => _client.Dispose();

    private byte[]? Send(byte[] question)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(DisputePaths.Open, UriKind.Relative)) { Content = new ByteArrayContent(question) };
        request.Headers.ConnectionClose = true; // a connection that is kept may be closed from the other side just as a question goes out
        using HttpResponseMessage response = _client.Send(request);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        using Stream body = response.Content.ReadAsStream();
        using var all = new MemoryStream();
        body.CopyTo(all);
        return all.ToArray();
    }
}

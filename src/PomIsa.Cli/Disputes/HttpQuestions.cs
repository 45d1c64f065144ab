using PomIsa.Disputes.Protocol;

namespace PomIsa.Cli.Disputes;

/// <summary>Asks a party over HTTP to open a value.</summary>
internal sealed class HttpQuestions : IDisposable
{
    private readonly HttpClient _client;

    /// <param name="prefix">The party's URL.</param>
    public HttpQuestions(string prefix) => _client = new HttpClient
    {
        BaseAddress = new Uri(prefix.EndsWith('/') ? prefix : prefix + "/"),
        Timeout = TimeSpan.FromMinutes(2), // it may have to execute the run first
        MaxResponseContentBufferSize = RunAnswers.MaxAnswerBytes,
    };

    /// <summary>The answer; null where there is none.</summary>
    public byte[]? Ask(byte[] question)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(DisputePaths.Open, UriKind.Relative)) { Content = new ByteArrayContent(question) };
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
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}

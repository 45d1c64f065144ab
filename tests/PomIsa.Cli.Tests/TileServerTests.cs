using System.Net;
using PomIsa.Cli.Logs;

namespace PomIsa.Cli.Tests;

public sealed class TileServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-tiles-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_question_that_cant_be_answered_does_not_end_the_server()
    {
        string address = $"http://localhost:{DisputeTests.FreePort()}/";
        using var stop = new CancellationTokenSource();
        using var server = new TileServer(_folder, address) { Questions = ("ask", static question => question[0] == 0 ? throw new InvalidDataException("Nobody foresaw this.") : [question[0]]) };
        Task serving = Task.Run(() => server.Serve(stop.Token));
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        Assert.Equal(HttpStatusCode.InternalServerError, (await Ask(client, 0)).StatusCode);
        Assert.Equal([7], await (await Ask(client, 7)).Content.ReadAsByteArrayAsync());
        await stop.CancelAsync();
        await serving;
    }

    private static async Task<HttpResponseMessage> Ask(HttpClient client, byte question)
    {
        using var content = new ByteArrayContent([question]);
        return await client.PostAsync(new Uri("ask", UriKind.Relative), content);
    }
}

using System.Net;
using System.Net.Sockets;

namespace PomIsa.Cli.Tests;

/// <summary>Stands between a client and a server of this machine; of the connections that begin with a POST every second one breaks before there is an answer, the first one too.</summary>
internal sealed class BrokenConnections : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private int _posts;

    /// <param name="server">Port of the server.</param>
    public BrokenConnections(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that broke.</summary>
    public int Broken => (_posts + 1) / 2;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }

    private async Task PassAsync(TcpClient from)
    {
        using TcpClient client = from, server = new();
        try
        {
            var first = new byte[1 << 12];
            int length = await client.GetStream().ReadAsync(first);
            if (first.AsSpan(0, length).StartsWith("POST"u8) && Interlocked.Increment(ref _posts) % 2 == 1)
            {
                return;
            }

            await server.ConnectAsync(IPAddress.Loopback, _server);
            await server.GetStream().WriteAsync(first.AsMemory(0, length));
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // One of the two has gone.
        }
    }
}

using System.Net;
using PomIsa.Evidence.Tiles;

namespace PomIsa.Cli.Logs;

/// <summary>Serves a folder of tiles over HTTP as C2SP tlog-tiles asks for, read-only.</summary>
internal sealed class TileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;

    /// <param name="folder">Where the tiles lie.</param>
    /// <param name="prefix">Such as <c>http://localhost:8080/</c>.</param>
    public TileServer(string folder, string prefix)
    {
        _folder = folder;
        _listener.Prefixes.Add(prefix);
        try
        {
            _listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new CliException(Exit.Environment, $"{prefix} can't be served: {e.Message}. Choose another --port.");
        }
    }

    /// <summary>What is served beside the tiles, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Others { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>Answers until it is told to stop.</summary>
    public void Serve(CancellationToken stop)
    {
        using CancellationTokenRegistration end = stop.Register(_listener.Stop);
        while (!stop.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = _listener.GetContext();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            ThreadPool.QueueUserWorkItem(static state => state.Self.Answer(state.Context), (Self: this, Context: context), preferLocal: false);
        }
    }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private void Answer(HttpListenerContext context)
    {
        try
        {
            using HttpListenerResponse response = context.Response;
            string path = context.Request.Url?.AbsolutePath.TrimStart('/') ?? "";
            bool reads = context.Request.HttpMethod is "GET" or "HEAD";
            byte[]? bytes = null;
            if (!reads || !(Others.TryGetValue(path, out bytes) || (TilePath.IsValid(path) && new FolderTiles(_folder).TryRead(path, TilePath.MaxBundleBytes, out bytes))))
            {
                response.StatusCode = reads ? (int)HttpStatusCode.NotFound : (int)HttpStatusCode.MethodNotAllowed;
                return;
            }

            bool note = path == TilePath.Checkpoint || Others.ContainsKey(path);
            response.ContentType = note ? "text/plain; charset=utf-8" : "application/octet-stream";
            response.AddHeader("Cache-Control", note ? "no-cache" : "max-age=31536000, immutable");
            response.ContentLength64 = bytes.Length;
            if (context.Request.HttpMethod == "GET")
            {
                response.OutputStream.Write(bytes);
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or TileException or InvalidOperationException)
        {
            // The client has gone, or the file went while it was read: nobody is there to be told.
        }
    }
}

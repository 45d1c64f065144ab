using System.Net;
using PomIsa.Evidence.Tiles;

namespace PomIsa.Cli.Logs;

/// <summary>Serves a folder of tiles over HTTP as C2SP tlog-tiles asks for, read-only.</summary>
internal sealed class TileServer : IDisposable
{
    private const int MaxQuestionBytes = 1 << 16;

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

    /// <summary>What is asked by POST: a path, and who answers; no bytes where there is no answer.</summary>
    public (string Path, QuestionAnswer Answer)? Questions { get; init; }

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
            try
            {
                Reply(context);
            }
            catch (Exception e) when (e is not HttpListenerException)
            {
                response.StatusCode = (int)HttpStatusCode.InternalServerError; // whatever one question runs into, the others are answered
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client has gone, or has a part of the answer already: nobody is there to be told.
        }
    }

    private void Reply(HttpListenerContext context)
    {
        HttpListenerResponse response = context.Response;
        string path = context.Request.Url?.AbsolutePath.TrimStart('/') ?? "";
        if (context.Request.HttpMethod == "POST" && Questions is { } questions && path == questions.Path)
        {
            Ask(context, questions.Answer);
            return;
        }

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

    private static void Ask(HttpListenerContext context, QuestionAnswer answer)
    {
        using var question = new MemoryStream();
        var piece = new byte[1 << 12];
        for (int read; question.Length <= MaxQuestionBytes && (read = context.Request.InputStream.Read(piece)) > 0;)
        {
            question.Write(piece, 0, read);
        }

        byte[] bytes = question.Length > MaxQuestionBytes ? [] : answer(question.GetBuffer().AsSpan(0, (int)question.Length));
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength64 = bytes.Length;
        context.Response.OutputStream.Write(bytes);
    }
}

/// <summary>Answers a question that may be anyone's bytes.</summary>
internal delegate byte[] QuestionAnswer(ReadOnlySpan<byte> question);

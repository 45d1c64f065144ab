using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace PomIsa.Evidence.Tiles;

/// <summary>Where a log's tiles lie. What it gives may be anything.</summary>
public interface ITileSource
{
    /// <summary>Reads a file of at most <paramref name="maxBytes"/> bytes; false if there is none, or it is longer.</summary>
    /// <exception cref="TileException">It is there and can't be read.</exception>
    bool TryRead(string path, int maxBytes, [NotNullWhen(true)] out byte[]? bytes);
}

/// <summary>Tiles can't be read, or are not what a log's tiles are.</summary>
public sealed class TileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Tiles in a folder.</summary>
public sealed class FolderTiles(string folder) : ITileSource
{
    /// <inheritdoc/>
    public bool TryRead(string path, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        string file = Path.Combine(folder, path);
        try
        {
            if (!File.Exists(file))
            {
                return false;
            }

            using FileStream stream = File.OpenRead(file);
            if (stream.Length > maxBytes)
            {
                return false;
            }

            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TileException($"{file} can't be read: {e.Message}", e);
        }
    }
}

/// <summary>Tiles behind a URL.</summary>
public sealed class HttpTiles : ITileSource, IDisposable
{
    private readonly HttpClient _client;

    /// <param name="prefix">The log's URL, which paths are appended to.</param>
    public HttpTiles(Uri prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        string text = prefix.AbsoluteUri;
        _client = new HttpClient { BaseAddress = new Uri(text.EndsWith('/') ? text : text + "/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <inheritdoc/>
    public bool TryRead(string path, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            using HttpResponseMessage response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new TileException($"{_client.BaseAddress}{path} answers {(int)response.StatusCode}.");
            }

            using Stream stream = response.Content.ReadAsStream();
            var all = new MemoryStream();
            var piece = new byte[1 << 14];
            for (int read; (read = stream.Read(piece)) > 0;)
            {
                all.Write(piece, 0, read);
                if (all.Length > maxBytes)
                {
                    return false;
                }
            }

            bytes = all.ToArray();
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            throw new TileException($"{_client.BaseAddress}{path} can't be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}

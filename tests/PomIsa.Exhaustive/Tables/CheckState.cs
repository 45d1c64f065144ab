using System.Text.Json;
using PomIsa.Exhaustive.Oracles;

namespace PomIsa.Exhaustive.Tables;

/// <summary>A chunk that was compared with the oracle.</summary>
/// <param name="Digest">SHA-256 of its outputs.</param>
/// <param name="Decided">Inputs that multi-precision decided.</param>
/// <param name="Wrong">Wrong outputs.</param>
internal sealed record ChunkResult(string Digest, long Decided, long Wrong);

/// <summary>The chunks of a function that are done, in a file that is whole at any time.</summary>
internal sealed class CheckState
{
    private readonly string? _path;
    private readonly ChunkResult?[] _chunks;

    private CheckState(string? path, ChunkResult?[] chunks) => (_path, _chunks) = (path, chunks);

    /// <summary>A state that is kept nowhere.</summary>
    public static CheckState InMemory() => new(null, new ChunkResult?[TableSpace.Chunks]);

    /// <summary>Reads the state of a function, or begins one; what an older oracle or another chunk size left is not taken.</summary>
    /// <exception cref="InvalidDataException">The file is no state.</exception>
    public static CheckState Open(string folder, string function)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, function + ".json");
        var chunks = new ChunkResult?[TableSpace.Chunks];
        if (File.Exists(path))
        {
            Stored stored = Read(path);
            if (stored.Oracle == Oracle.Version && stored.ChunkLength == TableSpace.ChunkLength && stored.Chunks.Length == chunks.Length)
            {
                chunks = stored.Chunks;
            }
        }

        return new CheckState(path, chunks);
    }

    public int Done => _chunks.Count(static c => c is not null);

    public ChunkResult? Find(int chunk) => Volatile.Read(ref _chunks[chunk]);

    public long Sum(Func<ChunkResult, long> of) => _chunks.Sum(c => c is null ? 0 : of(c));

    /// <summary>Keeps a chunk's result: the file is replaced as one.</summary>
    public void Store(int chunk, ChunkResult result)
    {
        if (Find(chunk) == result)
        {
            return;
        }

        Volatile.Write(ref _chunks[chunk], result);
        if (_path is not null)
        {
            string beside = _path + ".tmp";
            File.WriteAllBytes(beside, JsonSerializer.SerializeToUtf8Bytes(new Stored(Oracle.Version, TableSpace.ChunkLength, _chunks)));
            File.Move(beside, _path, overwrite: true);
        }
    }

    private static Stored Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path)) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{path} is no state of a check; delete it to begin anew.");
        }
    }

    private sealed record Stored(int Oracle, int ChunkLength, ChunkResult?[] Chunks);
}

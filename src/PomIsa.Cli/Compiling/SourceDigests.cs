using System.Security.Cryptography;
using PomIsa.Packaging.Models;

namespace PomIsa.Cli.Compiling;

/// <summary>Digests of the files that a model was made of, however large they are.</summary>
internal static class SourceDigests
{
    /// <summary>The files of a source, named from its folder.</summary>
    public static ModelSource Of(string format, string folder, IEnumerable<string> files, IProgress<string>? progress, CancellationToken stop) =>
        new(format, [.. files.Select(path => new SourceFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), OfFile(path, progress, stop)))]);

    private static Digest OfFile(string path, IProgress<string>? progress, CancellationToken stop)
    {
        using FileStream file = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (int got; (got = file.Read(buffer)) > 0;)
        {
            stop.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, got);
            progress?.Report($"hashing {Path.GetFileName(path)}, {file.Position >> 20} of {file.Length >> 20} MiB");
        }

        return new Digest(hash.GetHashAndReset());
    }
}

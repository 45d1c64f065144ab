using PomIsa.Audit.Verdicts;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Keys;
using PomIsa.Files;

namespace PomIsa.Cli.Runs;

/// <summary>The signed verdicts in a run's folder, one a line; a new one is added behind the others.</summary>
internal sealed class VerdictFile : IDisposable
{
    private readonly LogKey _key;
    private readonly string _path;

    private VerdictFile(LogKey key, string path) => (_key, _path) = (key, path);

    /// <summary>Opens the signer's key before anything is computed.</summary>
    public static VerdictFile Open(string folder, string keyPath)
    {
        if (!Directory.Exists(folder))
        {
            throw CliException.Usage($"A signed verdict lies in a run's folder; {folder} is none.");
        }

        if (!File.Exists(keyPath))
        {
            throw CliException.Usage($"There is no key {keyPath}. Make one with: pomisa keys new log NAME");
        }

        return new VerdictFile(new KeyStore(Path.GetDirectoryName(keyPath)!).LoadLog(keyPath), Path.Combine(folder, SignedVerdict.FileName));
    }

    /// <summary>Signs a verdict and writes it; without a checkpoint there is nothing to say it of.</summary>
    public void Add(Observation seen)
    {
        if (seen.Checkpoint is not { } checkpoint)
        {
            Output.Note("No verdict was signed: there is no checkpoint to say it of.");
            return;
        }

        var statement = new VerdictStatement(checkpoint, seen.Runs, seen.Verdict, seen.Level, seen.Records, seen.Compared, seen.Text, DateTimeOffset.UtcNow) { Seed = seen.Seed?.ToString() };
        byte[] before = File.Exists(_path) ? Read(_path) : [];
        AtomicFile.Write(_path, [.. before, .. SignedVerdict.Sign(statement, _key)]);
    }

    /// <summary>The lines of a file of verdicts, which may be anyone's.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Lines(string path)
    {
        ReadOnlyMemory<byte> rest = Read(path);
        while (!rest.IsEmpty)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.IsEmpty)
            {
                yield return line;
            }
        }
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Read(string path) => new FileInfo(path) is { Exists: true, Length: <= 16 * SignedVerdict.MaxBytes }
        ? File.ReadAllBytes(path)
        : throw CliException.Usage($"There is no file {path}, or it is larger than {16 * SignedVerdict.MaxBytes >> 20} MiB.");
}

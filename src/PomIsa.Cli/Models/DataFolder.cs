using System.Globalization;
using PomIsa.Shards;

namespace PomIsa.Cli.Models;

/// <summary>The one folder that commands write to: the store, keys, runs.</summary>
internal sealed class DataFolder(DirectoryInfo root)
{
    /// <summary>The data folder that a run's folder lies in.</summary>
    public static DataFolder Of(string runFolder)
    {
        string run = Path.TrimEndingDirectorySeparator(Path.GetFullPath(runFolder));
        return new DataFolder(new DirectoryInfo(Path.GetDirectoryName(Path.GetDirectoryName(run)) ?? run));
    }

    public string Root => root.FullName;

    public string Keys => Path.Combine(Root, "keys");

    public string Store => Path.Combine(Root, "store");

    public string Runs => Path.Combine(Root, "runs");

    /// <summary>Makes the folder and finds out early whether it can be written.</summary>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Keys);
            Directory.CreateDirectory(Runs);
            string probe = Path.Combine(Root, ".writable");
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Environment($"The data folder {Root} can't be written ({e.Message.TrimEnd('.')}). Choose another with --data, or change its permissions.");
        }
    }

    /// <summary>The publisher's private key in a file, by default in this folder; made if it is missing.</summary>
    public PublisherKey OpenPublisher(string? path)
    {
        path ??= Path.Combine(Keys, "publisher.pem");
        if (File.Exists(path))
        {
            return KeyStore.LoadPublisher(path);
        }

        Create();
        PublisherKey key = PublisherKey.Create();
        KeyStore.Save(key, path);
        Output.Note($"Made a publisher's key: {path}");
        return key;
    }

    /// <summary>What private keys are sealed with here.</summary>
    public KeyStore KeyStore => new(Keys);

    public ShardStore OpenStore()
    {
        Create();
        return ShardStore.Open(Store);
    }

    /// <summary>The store to load a model from: beside others who read where it has the model, else alone, so that the model can be brought in.</summary>
    public ShardStore OpenStoreOf(Digest manifest)
    {
        if (Directory.Exists(Store))
        {
            ShardStore store = ShardStore.OpenToRead(Store);
            if (store.FindManifest(manifest) is not null)
            {
                return store;
            }

            store.Dispose();
        }

        return OpenStore();
    }

    /// <summary>The newest run folder, or null.</summary>
    public string? LatestRun() => Directory.Exists(Runs)
        ? Directory.GetDirectories(Runs).Where(IsNumbered).OrderBy(Number).LastOrDefault()
        : null;

    /// <summary>Where the key of a run's log lies.</summary>
    public string RunKey(string folder) => Path.Combine(Keys, $"{KeyPrefix}{Path.GetFileName(folder)}{KeySuffix}");

    /// <summary>Makes the folder of a new run. It has a number that no run had, one whose folder was deleted neither: keys are never overwritten.</summary>
    public string NewRun()
    {
        int folders = LatestRun() is { } latest ? Number(latest) : 0;
        int keys = Directory.GetFiles(Keys, $"{KeyPrefix}*{KeySuffix}").Select(static key => Path.GetFileName(key)[KeyPrefix.Length..^KeySuffix.Length]).Where(IsNumbered).Select(Number).DefaultIfEmpty().Max();
        int number = Math.Max(folders, keys) + 1;
        string folder = Path.Combine(Runs, number.ToString("D4", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        return folder;
    }

    private const string KeyPrefix = "run-", KeySuffix = ".key";

    private static bool IsNumbered(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static int Number(string folder) => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
}

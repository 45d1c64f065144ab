namespace PomIsa.Shards;

/// <summary>What lies where in a store's folder. Spec: spec/shards.md, chapter 4.</summary>
/// <param name="Path">The folder, in full.</param>
internal sealed record StoreFolder(string Path)
{
    /// <summary>Held by who writes.</summary>
    public string Lock => System.IO.Path.Combine(Path, "lock");

    /// <summary>The log; its segments have this name with a dot and their number.</summary>
    public string Log => System.IO.Path.Combine(Path, "chunks.log");

    /// <summary>FASTER's checkpoints.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The list of imported models.</summary>
    public string Manifests => System.IO.Path.Combine(Path, "manifests");

    /// <summary>There once a commit succeeded: tells a store that is new from one that lost its checkpoint.</summary>
    public string Marker => System.IO.Path.Combine(Path, "committed");

    /// <summary>Whether a commit ever succeeded.</summary>
    public bool HasCommitted => File.Exists(Marker);
}

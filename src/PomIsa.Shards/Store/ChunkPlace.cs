namespace PomIsa.Shards;

/// <summary>A signed chunk and where its bytes go, exactly as many as were signed.</summary>
internal readonly record struct ChunkPlace(ManifestResource Resource, IntPtr Destination);

namespace PomIsa.Evidence.Tests.Log;

/// <summary>A folder of its own for a test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("pomisa-evidence-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

using System.Diagnostics;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Openings;

/// <summary>A file of openings stays whole for its reader, whatever becomes of it meanwhile.</summary>
public sealed class OpeningFileTests : IDisposable
{
    private static readonly Digest Run = Digest.Of("a run"u8);

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _content;

    public OpeningFileTests()
    {
        const int Columns = 200_000;
        _path = Path.Combine(_folder.Path, "openings");
        using (OpeningWriter writer = OpeningWriter.Create(_path, Run))
        {
            writer.Add(3, 1, Columns, [], Bytes.Of(1, sizeof(int) * Columns));
            writer.Complete();
        }

        _content = File.ReadAllBytes(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whoever_cuts_short_a_file_that_is_mapped_waits_until_it_is_closed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.True(OpeningFile.TryOpen(_path, Run, out OpeningFile? file, out string fault), fault);
        Assert.True(file.IsMapped);
        Assert.False(file.IsAwaited);
        using Process cuts = Process.Start("sh", ["-c", ": > \"$0\"", _path]);
        using (file)
        {
            Assert.True(SpinWait.SpinUntil(() => file.IsAwaited, TimeSpan.FromSeconds(20)));
            Assert.True(file.Part(0, (int)file.Length).SequenceEqual(_content));
            Assert.False(cuts.HasExited);
        }

        cuts.WaitForExit();
        Assert.Equal(0, new FileInfo(_path).Length);
    }

    [Fact]
    public void A_file_that_somebody_may_write_is_read_at_once()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var writes = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.True(OpeningFile.TryOpen(_path, Run, out OpeningFile? file, out string fault), fault);
        using (file)
        {
            Assert.False(file.IsMapped);
            writes.SetLength(0);
            Assert.True(file.Part(0, (int)file.Length).SequenceEqual(_content));
        }
    }
}

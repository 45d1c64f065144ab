using System.Diagnostics;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Tiles;

namespace PomIsa.Evidence.Tests.Tiles;

/// <summary>Tiles that we write, checked by a program that shares no code with us: Python's standard library and openssl.</summary>
public class IndependentTests
{
    [PythonFact]
    public void A_stranger_finds_our_tiles_sound_and_a_changed_byte_not()
    {
        using var folder = new TemporaryFolder();
        using var key = LogKey.FromSeed("example.org/log", Bytes.Of(4, 32));
        var writer = new TileWriter(folder.Path);
        foreach (byte[] entry in Enumerable.Range(0, 150).SelectMany(static i => Samples.Run(i, 2)))
        {
            writer.Append(entry);
        }

        writer.Finish();
        var tree = new TileTree(new FolderTiles(folder.Path), writer.Size);
        File.WriteAllBytes(Path.Combine(folder.Path, "checkpoint"), new Checkpoint(key.Name, writer.Size, tree.Root).Sign(key));
        (int exit, string said) = Check(folder.Path, key.Verifier.ToString());
        Assert.Equal((0, $"old 300 {tree.RootOf(300)}\nsound 600 {tree.Root}"), (exit, said));

        string tile = Path.Combine(folder.Path, "tile/0/001");
        byte[] bytes = File.ReadAllBytes(tile);
        bytes[77] ^= 1;
        File.WriteAllBytes(tile, bytes);
        Assert.Equal((1, "tile 1 of level 0"), Check(folder.Path, key.Verifier.ToString()));
    }

    private static (int Exit, string Said) Check(string folder, string key)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Tiles", "check_log.py");
        using Process python = Process.Start(new ProcessStartInfo("python3", [script, folder, key, "300"]) { RedirectStandardOutput = true })!;
        string said = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return (python.ExitCode, said.TrimEnd('\n'));
    }

    /// <summary>Skipped where the independent tools are not to be had.</summary>
    private sealed class PythonFactAttribute : FactAttribute
    {
        public PythonFactAttribute()
        {
            if (!Has("python3") || !Has("openssl"))
            {
                Skip = "python3 or openssl is not here.";
            }
        }

        private static bool Has(string tool) =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, tool)));
    }
}

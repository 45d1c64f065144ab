using PomIsa.Files;

namespace PomIsa.Shards.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_file_takes_anothers_place_and_nothing_is_left_beside()
    {
        string path = Path.Combine(_scratch.Root, "a", "b");
        AtomicFile.Write(path, "first"u8);
        File.WriteAllText(path + ".new", "what a killed process left");
        AtomicFile.Write(path, "second"u8);
        Assert.Equal("second", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_former_file_and_nothing_beside()
    {
        string path = Path.Combine(_scratch.Root, "file");
        AtomicFile.Write(path, "former"u8);
        Assert.Throws<IOException>(() => AtomicFile.Write(path, 0, static (file, _) =>
        {
            file.Write("half"u8);
            file.Flush();
            throw new IOException("No space left on device");
        }));
        Assert.Equal("former", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_scratch.Root));
    }

    [Fact]
    public void A_secret_is_its_owners_alone_and_is_never_overwritten()
    {
        string path = Path.Combine(_scratch.Root, "keys", "secret");
        SecretFile.Create(path, "first"u8);
        Assert.Throws<IOException>(() => SecretFile.Create(path, "second"u8));
        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(SecretFile.Mode, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void Of_many_who_make_the_same_secret_at_once_one_comes_first_and_all_others_are_told()
    {
        // Many times: between one's look at the name and its rename there is little room for another.
        for (int round = 0; round < 100; round++)
        {
            string folder = Path.Combine(_scratch.Root, $"{round}"), path = Path.Combine(folder, "secret");
            int[] made = new int[8];
            using Barrier together = new(made.Length);
            Thread[] threads = [.. Enumerable.Range(0, made.Length).Select(i => new Thread(() =>
            {
                together.SignalAndWait();
                try
                {
                    SecretFile.Create(path, [(byte)i]);
                    made[i] = 1;
                }
                catch (IOException)
                {
                    // Told.
                }
            }))];
            Array.ForEach(threads, static t => t.Start());
            Array.ForEach(threads, static t => t.Join());
            Assert.Equal(1, made.Sum());
            Assert.Equal([path], Directory.GetFiles(folder));
            Assert.Equal([(byte)Array.IndexOf(made, 1)], File.ReadAllBytes(path));
        }
    }
}

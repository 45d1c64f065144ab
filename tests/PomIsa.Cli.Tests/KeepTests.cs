using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>Logs of which roots alone are kept, and receipts of tokens.</summary>
public sealed class KeepTests : IDisposable
{
    private const string Program = """
        .driver main
            push 0
            push 60
            loop 60
                push 8
                loop 8
                    push 1
                    add
                end
                dup
                emit
                commit
            end
            halt
        .end
        .entry main
        """;

    private readonly Shell _shell = new();

    public KeepTests() => File.WriteAllText(_shell.Path("count.pisa"), Program);

    private string Run => _shell.Path(".pomisa", "runs", "0001");

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Roots_alone_verify_give_receipts_and_bring_the_same_log_back()
    {
        Assert.Equal(0, _shell.Run("run", "count.pisa").Code);
        byte[] checkpoint = File.ReadAllBytes(Path.Combine(Run, "checkpoint"));
        Said all = _shell.Run("log", "receipt", Run, "7", "-o", "all.receipt").WithoutTrace();
        Assert.True(all.Code == 0, all.Error);

        JsonElement pruned = _shell.Run("log", "prune", Run, "--json").WithoutTrace().Json;
        Assert.Equal(60, pruned.GetProperty("tokens").GetInt32());
        Assert.InRange(pruned.GetProperty("rootsBytesPerToken").GetDouble(), 1, pruned.GetProperty("allBytesPerToken").GetDouble() / 2);
        Assert.False(Directory.Exists(Path.Combine(Run, "log")));
        Assert.Contains("openings, tokens and closings agree", _shell.Run("verify", Run, "--level", "signature").WithoutTrace().Out, StringComparison.Ordinal);
        Assert.StartsWith("ACCEPT: All ", _shell.Run("verify", Run).WithoutTrace().Out, StringComparison.Ordinal);
        foreach (string[] needs in (string[][])[["log", "export", Run, "-o", "tiles"], ["records", Run], ["dispute", Run, "--replay"]])
        {
            Assert.Contains("pomisa log restore", _shell.Run(needs).WithoutTrace().Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, _shell.Run("log", "receipt", Run, "7", "-o", "roots.receipt").WithoutTrace().Code);
        Assert.Equal(File.ReadAllBytes(_shell.Path("all.receipt")), File.ReadAllBytes(_shell.Path("roots.receipt")));
        Assert.InRange(new FileInfo(_shell.Path("roots.receipt")).Length, 1, 512);
        Assert.Contains("emitted token 64 ", _shell.Run("log", "check-receipt", "roots.receipt", "--log", Run).WithoutTrace().Out, StringComparison.Ordinal);

        // What a prune and a restore that were killed may leave.
        File.Copy(Path.Combine(Run, "roots"), Path.Combine(Directory.CreateDirectory(Path.Combine(Run, "log.old")).FullName, "records.0"));
        File.Copy(Path.Combine(Run, "roots"), Path.Combine(Directory.CreateDirectory(Path.Combine(Run, "log.new")).FullName, "records.0"));
        Said restored = _shell.Run("log", "restore", Run, "--json").WithoutTrace();
        Assert.True(restored.Code == 0, restored.Error);
        Assert.Equal(pruned.GetRawText(), restored.Json.GetRawText()); // the same records, whenever they were committed
        Assert.Equal([Path.Combine(Run, "log")], Directory.GetDirectories(Run));
        Assert.False(File.Exists(Path.Combine(Run, "roots")));
        Assert.Equal(checkpoint, File.ReadAllBytes(Path.Combine(Run, "checkpoint")));
        Assert.Equal(0, _shell.Run("log", "export", Run, "-o", "tiles").Code);
        Assert.Contains("as it says behind 7 others", _shell.Run("log", "check-receipt", "all.receipt", "--log", "tiles").WithoutTrace().Out, StringComparison.Ordinal);
        Said wrong = _shell.Run("log", "check-receipt", "all.receipt", "--log", Path.Combine(Run, "checkpoint"), "--key", Path.Combine(Run, "key.vkey")).WithoutTrace();
        Assert.Equal(1, wrong.Code);
        Assert.Contains("must be at hand", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_run_gives_receipts_and_its_records_back_to_who_has_its_secret()
    {
        Assert.Equal(0, _shell.Run("run", "count.pisa", "--private", "all", "--keep", "roots").WithoutTrace().Code);
        Assert.Equal(0, _shell.Run("log", "receipt", Run, "59", "-o", "last.receipt").WithoutTrace().Code);
        Assert.InRange(new FileInfo(_shell.Path("last.receipt")).Length, 1, 512);
        Assert.Contains("emitted token 480 at its step 0, behind 59 others", _shell.Run("log", "check-receipt", "last.receipt", "--log", Run).WithoutTrace().Out, StringComparison.Ordinal);

        Assert.Contains("pomisa log restore", _shell.Run("open", Run, "--tokens", "0", "-o", "first.opening").WithoutTrace().Error, StringComparison.Ordinal);
        string secret = Path.Combine(Run, "private.json");
        File.Move(secret, _shell.Path("private.json"));
        Said other = _shell.Run("log", "receipt", Run, "59", "-o", "no.receipt").WithoutTrace();
        Assert.Equal(1, other.Code);
        Assert.Contains("without its secret", other.Error, StringComparison.Ordinal);
        Assert.Contains("without its secret", _shell.Run("log", "restore", Run).WithoutTrace().Error, StringComparison.Ordinal);
        File.Move(_shell.Path("private.json"), secret);
        Assert.Equal(0, _shell.Run("log", "restore", Run).WithoutTrace().Code);
    }

    [Fact]
    public void On_a_read_only_disk_a_run_is_verified_and_none_begins()
    {
        if (!OperatingSystem.IsLinux() || _shell.Bash("unshare -rm true").Code != 0)
        {
            return;
        }

        Assert.Equal(0, _shell.Run("run", "count.pisa").Code);
        const string mount = "mount --bind .pomisa .pomisa && mount -o remount,ro,bind .pomisa && ";
        Said verified = _shell.Bash($"unshare -rm sh -c '{mount}dotnet {Shell.Dll} verify {Run}'").WithoutTrace();
        Assert.True(verified.Code == 0, verified.Error);
        Assert.StartsWith("ACCEPT", verified.Out, StringComparison.Ordinal);
        Said refused = _shell.Bash($"unshare -rm sh -c '{mount}dotnet {Shell.Dll} run count.pisa'").WithoutTrace();
        Assert.Equal(3, refused.Code);
        Assert.Contains("can't be written", refused.Error, StringComparison.Ordinal);
        Said kept = _shell.Bash($"unshare -rm sh -c '{mount}dotnet {Shell.Dll} log prune {Run}'").WithoutTrace();
        Assert.Equal(3, kept.Code);
        Assert.Contains("Read-only file system", kept.Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(Run, "log")));
    }

    [Fact]
    public void Roots_of_something_else_are_refused_and_a_lie_is_found_by_replay()
    {
        Assert.Equal(0, _shell.Run("run", "count.pisa", "--keep", "roots").WithoutTrace().Code);
        string roots = Path.Combine(Run, "roots");
        byte[] kept = File.ReadAllBytes(roots);
        kept[^5] ^= 1;
        File.WriteAllBytes(roots, kept);
        Said rejected = _shell.Run("verify", Run).WithoutTrace();
        Assert.Equal(1, rejected.Code);
        Assert.StartsWith("REJECT: The kept roots", rejected.Out, StringComparison.Ordinal);
        File.WriteAllBytes(roots, kept[..^1]);
        Assert.StartsWith("MALFORMED: ", _shell.Run("verify", Run).WithoutTrace().Out, StringComparison.Ordinal);
        kept[^5] ^= 1;
        File.WriteAllBytes(roots, kept);

        // Another program than the one that was run: its records have other roots.
        File.WriteAllText(_shell.Path("count.pisa"), Program.Replace("push 8\n        loop 8", "push 7\n        loop 8", StringComparison.Ordinal));
        Assert.Equal(0, _shell.Run("asm", "count.pisa", "-o", Path.Combine(Run, "module.pisab")).Code);
        Said lied = _shell.Run("log", "restore", Run).WithoutTrace();
        Assert.Equal(1, lied.Code);
        Assert.Contains("Nothing was restored", lied.Error, StringComparison.Ordinal);
        Assert.Equal([roots], Directory.GetFileSystemEntries(Run, "roots*"));
        Assert.False(Directory.Exists(Path.Combine(Run, "log.new")));
    }
}

using PomIsa.Tests;

namespace PomIsa.Cli.Tests;

/// <summary>A run of the example model, checked by a program that shares no code with us: its log, its weights, and that the one is bound to the other.</summary>
public sealed class IndependentTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [PythonFact]
    public void A_stranger_finds_a_runs_log_sound_its_manifest_signed_and_the_one_bound_to_the_other()
    {
        if (!Model.IsThere)
        {
            return; // a checkout without the example's weights
        }

        Assert.Equal(0, _shell.Run("run", Model.Example, "--prompt", "#1 text | Say hello | yes 10 no 2 abstain 1 quorum 5 | passed").WithoutTrace().Code);
        Assert.Equal(0, _shell.Run("log", "export", ".pomisa/runs/0001", "-o", "tiles").WithoutTrace().Code);
        string weights = Path.Combine(Model.Example, "weights", "w8"), publisher = Path.Combine(Model.Example, "publisher.pub"), module = _shell.Path(".pomisa", "runs", "0001", "module.pisab");
        string tiles = _shell.Path("tiles"), key = File.ReadAllText(Path.Combine(tiles, "key.vkey")).TrimEnd();
        (int exit, string said) = Python.CheckLog(tiles, key, "--model", weights, publisher, "--module", module);
        Assert.True(exit == 0, said);
        Assert.EndsWith("\nbound 1", said, StringComparison.Ordinal);

        Assert.Equal((1, "a run has another program"), Last(Python.CheckLog(tiles, key, "--model", weights, publisher, "--module", Path.Combine(Model.Example, "govsum.f32.pisab"))));
        Assert.Equal((1, "a run has other weights"), Last(Python.CheckLog(tiles, key, "--model", Path.Combine(Model.Example, "weights", "f32"), publisher)));
        string copy = Path.Combine(Model.Copy(_shell), "weights", "w8"), shard = Path.Combine(copy, "lower.shard");
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[^1] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Assert.StartsWith("chunk lower.shard:", Last(Python.CheckLog(tiles, key, "--model", copy, publisher)).Said, StringComparison.Ordinal);
    }

    private static (int Exit, string Said) Last((int Exit, string Said) all) => (all.Exit, all.Said.Split('\n')[^1]);
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>Two processes that disagree over HTTP: one executed a run as it is, the machine of the other erred once, and it stands to what came of that.</summary>
public sealed class ErringMachineTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("linear.w8")]
    [InlineData("item")]
    [InlineData("linear.w8", "--private", "all")]
    public void Who_erred_is_proven_wrong_at_the_record_where_he_did_whatever_he_goes_on_to_claim(string opcode, params string[] how)
    {
        using Process liar = Begin(opcode, how, out string honest, out int port, out string key);
        try
        {
            JsonElement won = Proven("A", honest, $"http://localhost:{port}");

            // The file is enough for anyone, and against him alone.
            Said check = _shell.Run("dispute", "--check", "fault", "--key", key).WithoutTrace();
            Assert.True(check.Code == 0, check.Out + check.Error);
            Assert.Equal(1, _shell.Run("dispute", "--check", "fault", "--key", Path.Combine(honest, "key.vkey")).WithoutTrace().Code);

            // What he erred in is where his claim first departs; his log may show it much later.
            Assert.Contains(opcode, _shell.Run("records", honest, won.GetProperty("record").ToString()).WithoutTrace().Out, StringComparison.Ordinal);
        }
        finally
        {
            liar.Kill();
        }
    }

    [Fact]
    public void A_connection_that_breaks_is_not_silence()
    {
        using Process liar = Begin("linear.w8", [], out string honest, out int port, out _);
        using var between = new BrokenConnections(port);
        try
        {
            Proven("B", $"http://localhost:{between.Port}", honest);
            Assert.True(between.Broken >= 3, $"{between.Broken}");
        }
        finally
        {
            liar.Kill();
        }
    }

    private Process Begin(string opcode, string[] how, out string honest, out int port, out string key)
    {
        Assert.Equal(0, _shell.Run(["run", Path.Combine(Shell.Repository, "examples", "quantized.pisa"), .. how]).Code);
        honest = _shell.Path(".pomisa", "runs", "0001");
        string free = DisputeTests.FreePort();
        port = int.Parse(free, CultureInfo.InvariantCulture);
        Process liar = _shell.StartDll("PomIsa.Disputes.Liar.dll", honest, opcode, free, _shell.Path("liar"));
        key = liar.StandardOutput.ReadLine() ?? throw new InvalidOperationException(liar.StandardError.ReadToEnd());
        return liar;
    }

    private JsonElement Proven(string winner, params string[] sides)
    {
        Said said = _shell.Run(["dispute", .. sides, "--json", "-o", "fault"]).WithoutTrace();
        Assert.True(said.Code == 1, said.Error + said.Out);
        Assert.Equal(("Proven", winner), (said.Json.GetProperty("outcome").GetString(), said.Json.GetProperty("winner").GetString()));
        Assert.Equal("example.org/liar", said.Json.GetProperty("accused").GetString());
        Assert.InRange(said.Json.GetProperty("record").GetInt32(), 1, said.Json.GetProperty("difference").GetInt32());
        Assert.Equal(new FileInfo(_shell.Path("fault")).Length, said.Json.GetProperty("proofBytes").GetInt64());
        return said.Json;
    }
}

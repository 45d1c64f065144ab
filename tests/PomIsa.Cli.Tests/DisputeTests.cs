using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Cli.Tests;

/// <summary>A run's folder, and a copy in which somebody lied and signed the lie.</summary>
public sealed class DisputeTests : IClassFixture<VerifyTests.HelloRun>, IDisposable
{
    private const int Lie = 7;

    private readonly Shell _shell = new();
    private readonly string _honest;
    private readonly string _liar;

    public DisputeTests(VerifyTests.HelloRun hello)
    {
        (_honest, _liar) = (_shell.Path("honest", "runs", "0001"), _shell.Path("liar", "runs", "0001"));
        foreach (string run in (string[])[_honest, _liar])
        {
            foreach (string file in Directory.GetFiles(hello.Folder, "*", SearchOption.AllDirectories))
            {
                string target = Path.Combine(run, Path.GetRelativePath(hello.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }

        using LogKey key = LogKey.Create("example.org/liar");
        SignALie(_liar, static _ => Lie, static retire => retire with { Scalars = [retire.Scalars[0] + 1, .. retire.Scalars[1..]] }, key);
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void The_honest_side_wins_over_folders_tiles_and_http_whichever_side_it_is()
    {
        Settles("A", _honest, _liar);
        Settles("B", _liar, "--replay");
        Assert.Equal(0, _shell.Run("log", "export", _liar, "-o", "tiles").Code);
        Settles("B", "tiles", _honest);
        string port = FreePort();
        using Process server = _shell.Start("dispute", "serve", _liar, "--port", port);
        try
        {
            Assert.Contains("answers for", server.StandardOutput.ReadLine(), StringComparison.Ordinal);
            Settles("B", $"http://localhost:{port}", _honest);
            Said signed = _shell.Run("verify", $"http://localhost:{port}", "--level", "signature", "--key", Path.Combine(_liar, "key.vkey")).WithoutTrace();
            Assert.True(signed.Code == 0 && signed.Out.StartsWith("ACCEPT", StringComparison.Ordinal), signed.Out + signed.Error);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public void Logs_that_agree_have_nothing_to_settle()
    {
        Said said = _shell.Run("dispute", _honest, "--replay", "--json").WithoutTrace();
        Assert.Equal(0, said.Code);
        Assert.Equal("NoDifference", said.Json.GetProperty("outcome").GetString());
        Assert.Equal(JsonValueKind.Null, said.Json.GetProperty("winner").ValueKind);
    }

    [Fact]
    public void Who_can_not_open_what_he_signed_forfeits()
    {
        string file = Directory.GetFiles(Path.Combine(_honest, "log"), "records.*").Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[2020 + bytes.AsSpan(2000).IndexOf("PISR"u8)] ^= 1;
        File.WriteAllBytes(file, bytes);
        Said said = _shell.Run("dispute", _honest, _liar, "--json").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Equal("Forfeited", said.Json.GetProperty("outcome").GetString());
        Assert.Equal("B", said.Json.GetProperty("winner").GetString());
    }

    [Fact]
    public void A_commitment_that_its_maker_can_not_stand_to_is_proven_wrong_over_http_and_between_folders()
    {
        (string honest, string liar) = LinearRuns([]);
        string port = FreePort();
        using Process server = _shell.Start("dispute", "serve", liar, "--port", port);
        try
        {
            Assert.Contains("answers for", server.StandardOutput.ReadLine(), StringComparison.Ordinal);
            Contradicts("A", liar, honest, $"http://localhost:{port}");
        }
        finally
        {
            server.Kill();
        }

        Contradicts("B", liar, liar, honest);
        Contradicts("B", liar, liar, "--replay");
    }

    [Fact]
    public void A_private_run_is_settled_by_who_has_its_secret_and_by_nobody_else()
    {
        (string honest, string liar) = LinearRuns(["--private", "all"]);
        Contradicts("A", liar, honest, liar);
        string port = FreePort();
        using (Process server = _shell.Start("dispute", "serve", liar, "--port", port))
        {
            try
            {
                Assert.Contains("answers for", server.StandardOutput.ReadLine(), StringComparison.Ordinal);
                Assert.Equal("Forfeited", _shell.Run("dispute", honest, $"http://localhost:{port}", "--json").WithoutTrace().Json.GetProperty("outcome").GetString());
            }
            finally
            {
                server.Kill();
            }

            Assert.Contains("--reveal", server.StandardError.ReadToEnd(), StringComparison.Ordinal);
        }

        File.Delete(Path.Combine(liar, "private.json"));
        Said said = _shell.Run("dispute", honest, liar, "--json").WithoutTrace();
        Assert.Equal("Forfeited", said.Json.GetProperty("outcome").GetString());
        Assert.Equal("A", said.Json.GetProperty("winner").GetString());
        Assert.Contains("private", said.Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(honest, "private.json"));
        Assert.Equal("Open", _shell.Run("dispute", honest, liar, "--json").WithoutTrace().Json.GetProperty("outcome").GetString());
    }

    [Fact]
    public void Who_has_nobody_to_answer_for_what_he_signed_forfeits_by_that_alone()
    {
        (string honest, string liar) = LinearRuns([]);
        string key = _shell.Path("copy", "keys", "run-0001.key");
        File.Delete(key);
        Forfeits("not beside the runs");
        Assert.Equal(0, _shell.Run("keys", "new", "log", "other", "--data", _shell.Path("copy")).Code);
        File.Move(_shell.Path("copy", "keys", "other.key"), key);
        Forfeits("not the one that signed the log");

        void Forfeits(string why)
        {
            Said said = _shell.Run("dispute", honest, liar, "--json", "-o", "fault").WithoutTrace();
            Assert.Equal("Forfeited", said.Json.GetProperty("outcome").GetString());
            Assert.Equal("A", said.Json.GetProperty("winner").GetString());
            Assert.Contains(why, said.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_shell.Path("fault")));
        }
    }

    /// <summary>A run, and a copy of it in which the last commitment is another and whose own key has signed that.</summary>
    private (string Honest, string Liar) LinearRuns(string[] how)
    {
        Assert.Equal(0, _shell.Run(["run", Path.Combine(Shell.Repository, "examples", "linear.pisa"), "--input", "x=1 2, -1 0.5", .. how]).Code);
        foreach (string file in Directory.GetFiles(_shell.Path(".pomisa"), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(_shell.Path("copy"), Path.GetRelativePath(_shell.Path(".pomisa"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string liar = _shell.Path("copy", "runs", "0001");
        using KeyLock with = KeyLock.OfSecret(File.ReadAllBytes(_shell.Path("copy", "keys", "secret")));
        using LogKey key = LogKey.Load(_shell.Path("copy", "keys", "run-0001.key"), with);
        SignALie(liar, static records => records.FindLastIndex(static r => r is Retire { SaltsScalars: false } and not Retire { Commitments: [], Salted: [] }),
            static retire => retire.Salted.IsEmpty ? retire with { Commitments = [Digest.Of([1])] } : retire with { Salted = [Digest.Of([1])] }, key);
        return (_shell.Path(".pomisa", "runs", "0001"), liar);
    }

    private void Contradicts(string winner, string liar, params string[] sides)
    {
        Said said = _shell.Run(["dispute", .. sides, "--json", "-o", "fault"]).WithoutTrace();
        Assert.Equal("Proven", said.Json.GetProperty("outcome").GetString());
        Assert.Equal(winner, said.Json.GetProperty("winner").GetString());
        Assert.Equal("Claim", said.Json.GetProperty("kind").GetString());
        Assert.Equal(0, said.Json.GetProperty("outputRounds").GetInt32()); // it is executed honestly, so what it claims is ours
        Assert.Equal(said.Json.GetProperty("difference").GetInt32(), said.Json.GetProperty("record").GetInt32());
        Assert.Equal(new FileInfo(_shell.Path("fault")).Length, said.Json.GetProperty("proofBytes").GetInt64());
        Assert.Equal(0, _shell.Run("dispute", "--check", "fault", "--key", Path.Combine(liar, "key.vkey")).WithoutTrace().Code);
    }

    [Fact]
    public void What_is_no_proof_or_no_side_is_refused_in_one_sentence()
    {
        File.WriteAllText(_shell.Path("junk"), "junk");
        Assert.Equal(1, _shell.Run("dispute", "--check", "junk").WithoutTrace().Code);
        Assert.Equal(2, _shell.Run("dispute", "--check", "nothing").WithoutTrace().Code);
        Assert.Equal(2, _shell.Run("dispute", _honest).WithoutTrace().Code);
        Assert.Equal(2, _shell.Run("dispute", _honest, "nowhere").WithoutTrace().Code);
    }

    internal static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private void Settles(string winner, params string[] sides)
    {
        Said said = _shell.Run(["dispute", .. sides, "--json", "-o", "fault"]).WithoutTrace();
        Assert.True(said.Code == 1, said.Error + said.Out);
        Assert.Equal("Proven", said.Json.GetProperty("outcome").GetString());
        Assert.Equal(winner, said.Json.GetProperty("winner").GetString());
        Assert.Equal((Lie, Lie), (said.Json.GetProperty("record").GetInt32(), said.Json.GetProperty("difference").GetInt32()));
        Assert.Equal("Scalars", said.Json.GetProperty("kind").GetString());
        Assert.InRange(said.Json.GetProperty("rounds").GetInt32(), 1, 2);
        Assert.Equal(new FileInfo(_shell.Path("fault")).Length, said.Json.GetProperty("proofBytes").GetInt64());
        if (winner != "A")
        {
            return; // one check shows what all would
        }

        Said check = _shell.Run("dispute", "--check", "fault", "--key", Path.Combine(_liar, "key.vkey")).WithoutTrace();
        Assert.Equal(0, check.Code);
        Assert.StartsWith("PROVEN", check.Out, StringComparison.Ordinal);
        Assert.Equal(1, _shell.Run("dispute", "--check", "fault", "--key", Path.Combine(_honest, "key.vkey")).WithoutTrace().Code);
    }

    private static void SignALie(string run, Func<List<Record>, int> where, Func<Retire, Retire> lie, LogKey key)
    {
        string folder = Path.Combine(run, "log");
        List<byte[]> entries;
        using (RecordLog log = RecordLog.Open(folder))
        {
            entries = [.. log.ReadAll()];
        }

        List<Record> records = [.. entries.Select(static e => Record.TryDecode(e, out Record record, out _) ? record : throw new InvalidOperationException("No record."))];
        int at = where(records);
        var bytes = new byte[Record.MaxEntryBytes];
        entries[at] = bytes[..RecordWriter.Write(bytes, lie((Retire)records[at]))];
        Directory.Delete(folder, recursive: true);
        using RecordLog forged = RecordLog.Open(folder);
        entries.ForEach(e => forged.Append(e));
        forged.CommitAndWait();
        File.WriteAllBytes(Path.Combine(run, "checkpoint"), new Checkpoint(key.Name, forged.Size, forged.Root).Sign(key));
        File.WriteAllText(Path.Combine(run, "key.vkey"), key.Verifier + "\n");
    }
}

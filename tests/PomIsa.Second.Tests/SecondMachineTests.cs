namespace PomIsa.Second.Tests;

/// <summary>The machine of <c>spec/second</c>, written from the spec alone, and ours give the same bits.</summary>
public sealed class SecondMachineTests
{
    private const string Machine = "spec/second/machine.js";

    private const string Votes =
        "#417 parameter | Raise the block size | max_block_kb 512 to 768 | yes 6120 no 2210 abstain 311 quorum 5000 | passed";

    [NodeFact]
    public void Its_own_tests_pass()
    {
        var (exitCode, output) = Node.Run("node", "--test", "spec/second/machine.test.js");
        Assert.True(exitCode == 0, output);
    }

    [NodeFact]
    public void All_vectors_pass()
    {
        var (exitCode, output) = Node.Run("node", "spec/second/vectors.js");
        Assert.True(exitCode == 0, output);
        Assert.EndsWith(" passed, 0 failed\n", output, StringComparison.Ordinal);
    }

    [NodeFact]
    public void The_records_of_a_run_with_8_bit_weights_are_equal() => RecordsAreEqual("w8");

    [NodeFact]
    public void The_records_of_a_run_in_full_precision_are_equal() => RecordsAreEqual("f32");

    private static void RecordsAreEqual(string weights)
    {
        var data = Directory.CreateTempSubdirectory("pomisa-second-");
        try
        {
            var ours = Node.Run(
                "dotnet", Path.Combine(AppContext.BaseDirectory, "pomisa.dll"),
                "run", "examples/govsum", "--weights", weights, "--prompt", Votes, "--data", data.FullName);
            Assert.True(ours.ExitCode == 0, ours.Output);

            var run = Path.Combine(data.FullName, "runs", "0001");
            var second = Node.Run("node", Machine, "audit", run, "--weights", $"examples/govsum/weights/{weights}");
            Assert.True(second.ExitCode == 0, second.Output);
            Assert.Contains("equal to the checkpoint's", second.Output, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}

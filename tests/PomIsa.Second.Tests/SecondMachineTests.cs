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
        var (exitCode, output) = Node.Run("node", "--test", "spec/second/machine.test.js", "spec/second/cells.test.js");
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
    public void The_records_of_a_run_with_8_bit_weights_are_equal() =>
        RecordsAreEqual("examples/govsum/weights/w8", "examples/govsum", "--weights", "w8", "--prompt", Votes);

    [NodeFact]
    public void The_records_of_a_run_in_full_precision_are_equal() =>
        RecordsAreEqual("examples/govsum/weights/f32", "examples/govsum", "--weights", "f32", "--prompt", Votes);

    [NodeTheory]
    [InlineData("arithmetic")]
    [InlineData("linear", "--input", "x=1 2, -1 0.5")]
    [InlineData("quantized")]
    [InlineData("conditional", "--prompt", "6")]
    [InlineData("sampling", "--seed", "18446744073709551615", "--temperature", "0.8", "--top-k", "4")]
    [InlineData("stream", "--prompt", "0 1")]
    [InlineData("gpt2", "--prompt", "5 3 8")]
    [InlineData("bert", "--prompt", "1 7 9 4 2")]
    public void The_records_of_an_example_are_equal(string example, params string[] options) =>
        RecordsAreEqual(null, [$"examples/{example}.pisa", .. options]);

    [NodeTheory]
    [InlineData("tokens")]
    [InlineData("all")]
    public void The_records_of_a_private_run_are_equal(string mode) =>
        RecordsAreEqual(null, "examples/linear.pisa", "--input", "x=1 2, -1 0.5", "--private", mode);

    [NodeFact]
    public void A_list_that_two_inputs_take_is_committed_to_once()
    {
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pisa");
        try
        {
            File.WriteAllText(file, """
                .symbol P max 8
                .input left i32[P]
                .input right i32[P]

                .driver main
                    input a: i32[P], left
                    input b: i32[P], right
                    output a, 0
                    output b, 1
                    halt
                .end

                .entry main
                """);
            RecordsAreEqual(null, file, "--prompt", "4 5");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [NodeFact]
    public void Opened_sums_are_those_of_what_was_multiplied_and_others_are_not()
    {
        var data = Directory.CreateTempSubdirectory("pomisa-second-");
        try
        {
            var ours = Node.Run("dotnet", Path.Combine(AppContext.BaseDirectory, "pomisa.dll"), "run", "examples/quantized.pisa", "--openings", "--data", data.FullName);
            Assert.True(ours.ExitCode == 0, ours.Output);
            string run = Path.Combine(data.FullName, "runs", "0001"), file = Directory.GetFiles(Path.Combine(run, "openings")).Single();
            byte[] openings = File.ReadAllBytes(file);
            foreach (string[] seed in (string[][])[[], ["--seed", new string('7', 64)]])
            {
                var (exit, said) = Node.Run("node", [Machine, "project", run, .. seed]);
                Assert.True(exit == 0, said);
                Assert.Equal("2 products agree\n", said);
            }

            // A sum of either product, a number of rows in the list, and the number of products.
            foreach (int at in (int[])[40, openings.Length - 60, openings.Length - 24, openings.Length - 8])
            {
                byte[] changed = [.. openings];
                changed[at] ^= 1;
                File.WriteAllBytes(file, changed);
                var (exit, said) = Node.Run("node", Machine, "project", run);
                Assert.True(exit == 1, $"{at}: {said}");
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static void RecordsAreEqual(string? weights, params string[] run)
    {
        var data = Directory.CreateTempSubdirectory("pomisa-second-");
        try
        {
            var ours = Node.Run(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "pomisa.dll"), "run", .. run, "--data", data.FullName]);
            Assert.True(ours.ExitCode == 0, ours.Output);

            string[] folder = weights is null ? [] : ["--weights", weights];
            var second = Node.Run("node", [Machine, "audit", Path.Combine(data.FullName, "runs", "0001"), .. folder]);
            Assert.True(second.ExitCode == 0, second.Output);
            Assert.Contains("equal to the checkpoint's", second.Output, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}

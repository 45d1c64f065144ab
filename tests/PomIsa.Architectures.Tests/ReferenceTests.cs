namespace PomIsa.Architectures.Tests;

public sealed class ReferenceTests
{
    private static readonly int[] Prompt = [3, 17, 39, 0, 8, 8, 21, 30, 5];

    public static TheoryData<string> Names => [.. TestModel.All.Select(static m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_program_computes_what_its_family_does(string name)
    {
        TestModel model = TestModel.Named(name);
        using var folder = new TestFolder();
        model.Write(folder.Path);
        var options = new ArchitectureOptions { Context = 20 };
        float[][] logits = Runs.Logits(folder.Path, options, Prompt);
        double[][] expected = new Reference(model, 20).Logits(Prompt);
        double largest = expected.Max(static row => row.Max(Math.Abs));
        for (int t = 0; t < Prompt.Length; t++)
        {
            for (int v = 0; v < TestModel.Vocabulary; v++)
            {
                // The reference is another implementation, in f64: nothing says that its bits are these.
                Assert.True(Math.Abs(logits[t][v] - expected[t][v]) < 3e-5 * largest, $"row {t}, token {v}: {logits[t][v]}, not {expected[t][v]}");
            }
        }
    }
}

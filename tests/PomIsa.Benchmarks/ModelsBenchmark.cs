using System.CommandLine;
using PomIsa.Benchmarks.Onnx;
using PomIsa.Cli;
using PomIsa.Cli.Commands;

namespace PomIsa.Benchmarks;

/// <summary>Whole decoders beside ONNX Runtime: <c>pomisa bench</c> with a rival.</summary>
internal static class ModelsBenchmark
{
    public static int Run(string[] arguments)
    {
        using var interrupt = new Interrupt();
        var root = new RootCommand { BenchCommand.Create("models", "Measure whole decoders with random weights beside ONNX Runtime with the same network.", OrtRival.Source(interrupt.Token), interrupt.Token) };
        return Cli.CommandLine.Invoke(root.Parse(["models", .. arguments]));
    }
}

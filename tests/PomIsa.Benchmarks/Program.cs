using PomIsa.Benchmarks;

if (args is not [] and not ["govsum", ..])
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project tests/PomIsa.Benchmarks -- govsum [rounds]");
    return 2;
}

return GovsumBenchmark.Run(args.Length > 1 && int.TryParse(args[1], out int rounds) ? Math.Max(3, rounds) : 9);

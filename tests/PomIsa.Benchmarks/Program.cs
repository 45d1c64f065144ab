using PomIsa.Benchmarks;
using PomIsa.Benchmarks.Exports;
using PomIsa.Benchmarks.Onnx;

if (args is [] or ["--help" or "-h" or "help", ..])
{
    Verbs.Help(Console.Out);
    return 0;
}

if (args[0] == OrtColdStart.Verb)
{
    return OrtColdStart.Serve(args[1..]);
}

if (args[0] == ExportColdStart.Verb)
{
    return ExportColdStart.Serve(args[1..]);
}

if (Array.Find(Verbs.All, v => v.Name == args[0]) is not { } verb)
{
    Console.Error.WriteLine($"There is no benchmark '{args[0]}'.");
    Verbs.Help(Console.Error);
    return 2;
}

return verb.Run(args[1..]);

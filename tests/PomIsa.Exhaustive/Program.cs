using System.Runtime.InteropServices;
using PomIsa.Exhaustive;
using PomIsa.Exhaustive.Tables;
using PomIsa.Kernels;

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return Exit.Usage;
}

using var source = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    source.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return options.What switch
    {
        "list" => Commands.List(),
        "fma" => Commands.Fma(options, source.Token),
        "all" => ElementaryFunctions.All.Max(One),
        _ when ElementaryFunctions.All.FirstOrDefault(f => f.Name == options.What) is { } function => One(function),
        _ => Unknown(),
    };
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Interrupted; a check goes on from here with the same command.");
    return Exit.Interrupted;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
{
    Console.Error.WriteLine(e.Message);
    return Exit.Environment;
}

int One(ElementaryFunction function) =>
    options.Digest ? Commands.DigestOf<AllInputs>(function, "table", static p => p.Table, options, source.Token)
    : options.Sample ? Commands.DigestOf<SampleInputs>(function, "sample", static p => p.Sample, options, source.Token)
    : Commands.Check(function, options, source.Token);

int Unknown()
{
    Console.Error.WriteLine($"There is no function '{options.What}'; these are there: {string.Join(' ', ElementaryFunctions.All.Select(static f => f.Name))}.");
    return Exit.Usage;
}

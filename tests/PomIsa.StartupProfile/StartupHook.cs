using PomIsa.StartupProfile;

/// <summary>What the runtime calls before a program's own Main where DOTNET_STARTUP_HOOKS names this assembly.</summary>
internal static class StartupHook
{
    /// <summary>Lines are added to this file when the process ends.</summary>
    private const string FileVariable = "POMISA_PROFILE";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path)
        {
            var compiled = new CompiledMethods();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.AppendAllLines(path, compiled.Finish());
        }
    }
}

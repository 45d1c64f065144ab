using System.Diagnostics;
using System.Text.Json;
using PomIsa.LanguageServer.Tests.Support;

namespace PomIsa.LanguageServer.Tests;

/// <summary>The extension's own tests, where Node and the packages are: <c>npm ci</c> in src/editors/vscode.</summary>
public sealed class ExtensionTests
{
    private static readonly string Folder = Path.Combine(Sources.Repository, "src", "editors", "vscode");

    [ExtensionTheory]
    [InlineData("test/grammar.js", "grammar: passed")]
    [InlineData("test/session.js", "session: passed")]
    public async Task Scripts_of_the_extension_pass(string script, string says)
    {
        var info = new ProcessStartInfo("node", [script]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["POMISA_SERVER"] = JsonSerializer.Serialize(new[] { "dotnet", Path.Combine(AppContext.BaseDirectory, "pomisa.dll"), "lsp" });
        using var process = Process.Start(info)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, await error);
        Assert.Contains(says, await output, StringComparison.Ordinal);
    }

    /// <summary>A test that needs Node and the extension's packages.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ExtensionTheoryAttribute : TheoryAttribute
    {
        public ExtensionTheoryAttribute()
        {
            var node = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));
            if (!node || !Directory.Exists(Path.Combine(Folder, "node_modules", "vscode-languageserver-protocol")))
            {
                Skip = "Node or the extension's packages are not there: npm ci in src/editors/vscode";
            }
        }
    }
}

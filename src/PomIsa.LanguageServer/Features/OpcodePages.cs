namespace PomIsa.LanguageServer.Features;

/// <summary>The pages of spec/ops, which travel inside this assembly.</summary>
internal static class OpcodePages
{
    /// <summary>The page of a mnemonic; null if it has none.</summary>
    public static string? Of(string mnemonic)
    {
        using var stream = typeof(OpcodePages).Assembly.GetManifestResourceStream($"ops/{mnemonic}.md");
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}

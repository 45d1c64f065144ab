using System.Globalization;

namespace PomIsa.Text.Templates;

/// <summary>A chat template can't be read, or refuses a conversation.</summary>
public sealed class TemplateException : Exception
{
    internal TemplateException(int line, string what)
        : base(string.Create(CultureInfo.InvariantCulture, $"The chat template, line {line}: {what}.")) => Line = line;

    /// <summary>Line of the template, from 1.</summary>
    public int Line { get; }
}
